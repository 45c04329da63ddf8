{#
  SQL that fails where rows of a table share its key (`meta.key` of the model). The message names the first such key and ends with
  `meta.repeated_key`: what that means and who mends it. A part that is not known yet (a case without a host) counts as one value.

  The key is no constraint of dbt: DuckDB's own primary key would cost three times as much, keep an index that nobody reads, and
  name no row; and where a constraint is declared, dbt-duckdb builds one model at a time to look for foreign keys.
#}
{% macro refuse_repeated_keys(target) %}
    {%- set key = model.config.meta.get("key", []) -%}
    {%- if key -%}
        {%- set parts = [] -%}
        {%- for column in key -%}
            {%- do parts.append("'" ~ column ~ " ' || coalesce(" ~ column ~ "::varchar, '(empty)')") -%}
        {%- endfor %}
        select
            error(
                '{{ model.schema }}.{{ model.name }}: ' || row_count || ' row(s) of ' || {{ parts | join(" || ', ' || ") }}
                || '. {{ model.config.meta.repeated_key | replace("'", "''") }}'
            )
        from (
            select {{ key | join(", ") }}, count(*) as row_count
            from {{ target }}
            group by {{ key | join(", ") }}
            having count(*) > 1
            order by {{ key | join(", ") }}
            limit 1
        );
    {%- endif -%}
{% endmacro %}
