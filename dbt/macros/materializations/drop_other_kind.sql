{# A model that was a view and is a table now, or the other way round: the old one has to go first. #}
{% macro drop_other_kind(target) %}
    {%- set existing = load_cached_relation(target) -%}
    {%- if existing is not none and existing.type != target.type -%}
        {% do adapter.drop_relation(existing) %}
    {%- endif -%}
{% endmacro %}
