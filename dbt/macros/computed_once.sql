{#
  A CTE that is computed once, however often it is read: `name as {{ computed_once() }} (…)`, where DuckDB would not see that it pays.
#}
{% macro computed_once() -%}
    {{ of_engine(adapter.dispatch('computed_once')(), '') }}
{%- endmacro %}

{% macro duckdb__computed_once() -%}
    materialized
{%- endmacro %}

{#
  A condition that always holds, for the `where` of a CTE that is read many times. Spark puts the text of a CTE in each place that
  reads it, so that CTEs of CTEs multiply, unless something in it could give another answer the next time.
#}
{% macro is_computed_once() -%}
    {{ of_engine(adapter.dispatch('is_computed_once')(), 'true') }}
{%- endmacro %}

{% macro duckdb__is_computed_once() -%}
    true
{%- endmacro %}
