{# Text as a number where it is one, else null: for cells that hold a number or a word, such as 100 or 顺利. #}
{% macro number_or_null(text) -%}
    {{ return(adapter.dispatch('number_or_null')(text)) }}
{%- endmacro %}

{% macro duckdb__number_or_null(text) -%}
    try_cast({{ text }} as decimal(18, 4))
{%- endmacro %}
