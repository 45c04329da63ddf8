{#
  The name of a code in a year. Reads a CTE of the name of the code list (select * from it); null where the list does not know
  the code in that year.

  code_list: such as `fund_types`.
  code, year: expressions.
#}
{% macro code_name(code_list, code, year) -%}
    {{ of_engine(adapter.dispatch('code_name')(code_list, code, year), '(select max(name_zh) from ' ~ code_list ~ ')') }}
{%- endmacro %}

{% macro duckdb__code_name(code_list, code, year) -%}
    (
        select codes.name_zh from {{ code_list }} as codes
        where
            codes.code = {{ code }}
            and {{ valid_in(year, 'codes') }}
    )
{%- endmacro %}
