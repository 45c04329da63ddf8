{# 31 December of a year. #}
{% macro last_day_of(year) -%}
    cast(cast({{ year }} as varchar) || '-12-31' as date)
{%- endmacro %}
