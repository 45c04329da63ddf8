{# Seeds as one statement of literals: dbt-spark's session binds a null as the text 'None' and escapes no quotes. #}
{% macro spark__load_csv_rows(model, agate_table) %}{{ return("") }}{% endmacro %}

{% macro spark__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
    {{ return(create_csv_table(model, agate_table)) }}
{% endmacro %}

{% macro spark__create_csv_table(model, agate_table) %}
    {%- set types = model["config"].get("column_types", {}) -%}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- set type = types.get(name, adapter.convert_type(agate_table, loop.index0)) -%}
        {%- do columns.append("cast(`" ~ name ~ "` as " ~ spark__type_name(type) ~ ") as `" ~ name ~ "`") -%}
    {%- endfor -%}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set cells = [] -%}
        {%- for cell in row -%}
            {%- set text = cell | string | replace("\\", "\\\\") | replace("'", "\\'") -%}
            {%- do cells.append("null" if cell is none else "'" ~ text ~ "'") -%}
        {%- endfor -%}
        {%- do rows.append("(" ~ cells | join(", ") ~ ")") -%}
    {%- endfor -%}
    {#- A seed without a line yet is a table with its columns all the same. -#}
    {%- set empty = "(" ~ (["null"] * agate_table.column_names | length) | join(", ") ~ ")" -%}
    {%- set sql -%}
        create table {{ this.render() }} using parquet as
        select {{ columns | join(", ") }}
        from values {{ rows | join(",\n") or empty }} as given (`{{ agate_table.column_names | join("`, `") }}`)
        {%- if not rows %} where false{% endif %}
    {%- endset -%}
    {%- do adapter.drop_relation(this.incorporate(type="table")) -%}
    {%- do run_query(sql) -%}
    {{ return(sql) }}
{% endmacro %}
