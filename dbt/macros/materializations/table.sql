{#
  A table written in place, held against its contract afterwards: columns and types, and the key that tells its rows apart.

  dbt's own table is built beside the old one, renamed twice and dropped, for readers that watch. Nobody reads this warehouse
  while it is built: readers get published versions, each a file of its own.

  How many rows it has is counted in the same go and told as dbt's own adapters of other databases tell it ("OK 4448"): nobody else
  can count them before the build has ended.
#}
{% materialization table, adapter="duckdb" %}
    {%- set target = this.incorporate(type="table") -%}
    {%- if model.constraints -%}
        {{ exceptions.raise_compiler_error("Constraints are not looked at; write the key as meta.key, others as data tests.") }}
    {%- endif -%}
    {% do drop_other_kind(target) %}
    {% call statement("main", fetch_result=true) -%}
        create or replace table {{ target }} as ({{ sql }});
        {%- if config.get("contract").enforced -%}
            {{ refuse_other_columns(target) }}
            {{ refuse_repeated_keys(target) }}
        {%- endif -%}
        select count(*) from {{ target }};
    {%- endcall %}
    {{ adapter.commit() }}
    {%- set row_count = load_result("main").table.rows[0][0] | int -%}
    {% do store_raw_result("main", message="OK " ~ row_count, code="OK", rows_affected=row_count) %}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}
