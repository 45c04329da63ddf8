{#
  What can be reached along pairs that join both ways, itself included: the CTE `reached` (department_code, one, reached_key).

  pairs: a CTE with department_code, one and two.
#}
{% macro reached_ctes(pairs) -%}
    {{ of_engine(adapter.dispatch('reached_ctes')(pairs), 'reached as (select *, two as reached_key from ' ~ pairs ~ ')') }}
{%- endmacro %}

{% macro duckdb__reached_ctes(pairs) -%}
    reached as (
        select
            department_code,
            one,
            two as reached_key
        from {{ pairs }}
        union
        select
            reached.department_code,
            reached.one,
            joined.two as reached_key
        from reached
        inner join {{ pairs }} as joined
            on reached.department_code = joined.department_code and reached.reached_key = joined.one
    )
{%- endmacro %}
