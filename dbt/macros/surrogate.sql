{# One column that stands for several, for tools that join by one; null where one of them is. #}
{% macro surrogate(columns) -%}
    cast({{ columns | join(" as string) || '-' || cast(") }} as string)
{%- endmacro %}
