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
