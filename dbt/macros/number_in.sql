{# The number that a text is, thousands separators and all; null where it is words. #}
{% macro number_in(text) -%}
    {{ return(adapter.dispatch('number_in')(text)) }}
{%- endmacro %}

{% macro duckdb__number_in(text) -%}
    try_cast(replace({{ text }}, ',', '') as decimal(18, 4))
{%- endmacro %}
