{#
  SQL that fails where rows of a table share its key (`meta.key` of the model). The message names the first such key and ends with
  `meta.repeated_key`: what that means and who mends it; then the first rows by submission, sheet and number, where the table knows
  them. A part that is not known yet (a case without a host) counts as one value.

  Whether any key is repeated is asked first, by its hash: to group rows by long keys and to list their places takes several times as long.

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
        {%- set place = "'[' || submission_id || '|' || coalesce(sheet, '') || '|' || row_number || ']'" -%}
        {%- set knows_places = "submission_id" in model.columns and "row_number" in model.columns %}
        select
            error(
                '{{ model.schema }}.{{ model.name }}: ' || row_count || ' row(s) of ' || {{ parts | join(" || ', ' || ") }}
                || '. {{ model.config.meta.repeated_key | replace("'", "''") }}'
                {%- if knows_places %} || ' ' || places {%- endif %}
            )
        from (
            select
                {{ key | join(", ") }},
                {% if knows_places -%}
                    {{ dbt.listagg(place, "', '", "order by submission_id, sheet, row_number", 5) }} as places,
                {%- endif %}
                count(*) as row_count
            from {{ target }}
            where (select count(*) != count(distinct hash({{ key | join(", ") }})) from {{ target }})
            group by {{ key | join(", ") }}
            having count(*) > 1
            order by {{ key | join(", ") }}
            limit 1
        );
    {%- endif -%}
{% endmacro %}
