{#
  A table written in place, held against its contract afterwards: the key that tells its rows apart, then columns and types.

  dbt's own table is built beside the old one, renamed twice and dropped, for readers that watch. Nobody reads this warehouse
  while it is built: readers get published versions, each a file of its own. dbt also plans every query a second time to learn
  its columns; those of the table are there to be read.
#}
{% materialization table, adapter="duckdb" %}
    {%- set target = this.incorporate(type="table") -%}
    {%- set is_typed = config.get("contract").enforced -%}
    {% do drop_other_kind(target) %}
    {% call statement("main") -%}
        create or replace table {{ target }} as ({{ sql }});
        {%- if is_typed %}{{ refuse_repeated_keys(target) }}{% endif %}
    {%- endcall %}
    {{ adapter.commit() }}
    {%- if is_typed %}{% do get_assert_columns_equivalent("select * from " ~ target) %}{% endif %}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}
