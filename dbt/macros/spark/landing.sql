{#
  Each source as a table over the landed Parquet, so that models read it by its name; DuckDB reads `external_location` itself.
  A ledger of which nothing landed has its columns all the same, from the empty file that landing writes.
#}
{% macro register_landing() %}
    {%- if target.type == "spark" and execute -%}
        {%- set landing = env_var("JIXIAO_LANDING") -%}
        {%- set schemas = [] -%}
        {%- for node in graph.sources.values() -%}
            {%- set name = node.schema ~ "." ~ node.identifier -%}
            {%- if node.schema not in schemas -%}
                {%- do schemas.append(node.schema) -%}
                {%- do run_query("create schema if not exists " ~ node.schema) -%}
            {%- endif -%}
            {%- do run_query("drop table if exists " ~ name) -%}
            {%- if node.identifier == "submission_log" -%}
                {%- set columns = [] -%}
                {#- The columns as DuckDB is told them. -#}
                {%- for column, type in modules.re.findall("(\w+): '(\w+)'", node.config.meta.external_location) -%}
                    {%- do columns.append(column ~ " " ~ spark__type_name(type)) -%}
                {%- endfor -%}
                {%- do run_query(
                    "create table " ~ name ~ " (" ~ columns | join(", ") ~ ") using json options (path '"
                    ~ landing ~ "/submissions.jsonl')"
                ) -%}
            {%- else -%}
                {%- do run_query(
                    "create table " ~ name ~ " using parquet options (path '" ~ landing ~ "/" ~ node.identifier
                    ~ "', mergeSchema 'true')"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
