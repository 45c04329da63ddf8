{#
  SQL that fails where rows of a table share its primary key or lack a part of it. The message names the first such key and ends
  with `meta.repeated_key` of the model: what that means and who mends it.

  DuckDB's own primary key would cost four times as much, keep an index that nobody reads, and name no row.
#}
{% macro refuse_repeated_keys(target) %}
    {%- for constraint in model.constraints -%}
        {%- if constraint.type != "primary_key" -%}
            {{ exceptions.raise_compiler_error("Tables take primary keys only; write " ~ constraint.type ~ " as a data test.") }}
        {%- endif -%}
        {%- set key = constraint.columns | join(", ") -%}
        {%- set parts = [] -%}
        {%- for column in constraint.columns -%}
            {%- do parts.append("'" ~ column ~ " ' || coalesce(" ~ column ~ "::varchar, '(empty)')") -%}
        {%- endfor %}
        select
            error(
                '{{ model.schema }}.{{ model.name }}: ' || row_count || ' row(s) of ' || {{ parts | join(" || ', ' || ") }}
                || '. {{ model.config.meta.repeated_key | replace("'", "''") }}'
            )
        from (
            select {{ key }}, count(*) as row_count
            from {{ target }}
            group by {{ key }}
            having count(*) > 1 or {{ constraint.columns | join(" is null or ") }} is null
            order by {{ key }}
            limit 1
        );
    {%- endfor -%}
{% endmacro %}
