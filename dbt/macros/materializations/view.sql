{# A view written in place; see table.sql for why. #}
{% materialization view, adapter="duckdb" %}
    {%- set target = this.incorporate(type="view") -%}
    {% do drop_other_kind(target) %}
    {% call statement("main") -%}
        create or replace view {{ target }} as ({{ sql }});
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{# A model that was a view and is a table now, or the other way round: the old one has to go first. #}
{% macro drop_other_kind(target) %}
    {%- set existing = load_cached_relation(target) -%}
    {%- if existing is not none and existing.type != target.type -%}
        {% do adapter.drop_relation(existing) %}
    {%- endif -%}
{% endmacro %}
