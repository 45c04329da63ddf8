{#
  A count, 0 where it is null although others of its department and year have one: the ledger was handed in and says nothing of
  this row. Null where nobody has one: nothing was handed in.

  years: the table whose department_code and fiscal_year tell whose ledger it is.
#}
{% macro zero_where_known(count, years) -%}
    coalesce(
        {{ count }},
        case when count({{ count }}) over (partition by {{ years }}.department_code, {{ years }}.fiscal_year) > 0 then 0 end
    )
{%- endmacro %}
