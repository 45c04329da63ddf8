{#
  A table written in place, in one transaction with its rows.

  dbt's own table is built beside the old one, renamed twice and dropped, for readers that watch. Nobody reads this warehouse
  while it is built: readers get published versions, each a file of its own.
#}
{% materialization table, adapter="duckdb" %}
    {%- set target = this.incorporate(type="table") -%}
    {%- set is_typed = config.get("contract").enforced -%}
    {% do drop_other_kind(target) %}
    {% call statement("main") -%}
        {%- if is_typed %}{{ get_assert_columns_equivalent(sql) }}{% endif %}
        create or replace table {{ target }}
        {% if is_typed -%}
            {{ get_table_columns_and_constraints() }};
            insert into {{ target }} {{ get_column_names() }} ({{ get_select_subquery(sql) }});
        {%- else -%}
            as ({{ sql }});
        {%- endif %}
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}
