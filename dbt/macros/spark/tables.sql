{# Spark's table and view: made anew, then held against the contract and the key, as on DuckDB. #}
{% materialization table, adapter="spark" %}
    {%- set target = this.incorporate(type="table") -%}
    {% do spark__drop_whatever_it_is(target) %}
    {% call statement("main") -%}
        create table {{ target }} using parquet as {{ sql }}
    {%- endcall %}
    {%- if config.get("contract").enforced -%}
        {% do spark__refuse_other_columns(target) %}
        {% do spark__refuse_repeated_keys(target) %}
    {%- endif -%}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% materialization view, adapter="spark" %}
    {%- set target = this.incorporate(type="view") -%}
    {% do spark__drop_whatever_it_is(target) %}
    {% call statement("main") -%}
        create view {{ target }} as {{ sql }}
    {%- endcall %}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% macro spark__drop_whatever_it_is(target) %}
    {%- set existing = load_cached_relation(target) -%}
    {%- if existing is not none -%}
        {% do adapter.drop_relation(existing) %}
    {%- endif -%}
{% endmacro %}

{# The project's types as Spark describes them. #}
{% macro spark__type_name(type) -%}
    {%- set names = {"varchar": "string", "text": "string", "integer": "int", "timestamp": "timestamp_ntz"} -%}
    {{ return(names.get(type, type) | replace(" ", "")) }}
{%- endmacro %}

{% macro spark__refuse_other_columns(target) %}
    {%- set built = [] -%}
    {%- for column in adapter.get_columns_in_relation(target) -%}
        {%- do built.append(column.name ~ " " ~ column.dtype) -%}
    {%- endfor -%}
    {%- set wanted = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do wanted.append(column.name ~ " " ~ spark__type_name(column.data_type)) -%}
    {%- endfor -%}
    {%- set differences = [] -%}
    {%- for each in built if each not in wanted -%}{%- do differences.append("built " ~ each) -%}{%- endfor -%}
    {%- for each in wanted if each not in built -%}{%- do differences.append("contract " ~ each) -%}{%- endfor -%}
    {%- if differences -%}
        {{ exceptions.raise_compiler_error(
            model.schema ~ "." ~ model.name ~ " is not as its contract says: " ~ differences | sort | join(", ")
        ) }}
    {%- endif -%}
{% endmacro %}

{% macro spark__refuse_repeated_keys(target) %}
    {%- set key = model.config.meta.get("key", []) -%}
    {%- if key -%}
        {%- set repeated = run_query(
            "select " ~ key | join(", ") ~ ", count(*) as row_count from " ~ target ~ " group by " ~ key | join(", ")
            ~ " having count(*) > 1 order by " ~ key | join(", ") ~ " limit 1"
        ) -%}
        {%- for row in repeated.rows -%}
            {%- set parts = [] -%}
            {%- for column in key -%}
                {%- do parts.append(column ~ " " ~ (row[column] if row[column] is not none else "(empty)")) -%}
            {%- endfor -%}
            {{ exceptions.raise_compiler_error(
                model.schema ~ "." ~ model.name ~ ": " ~ row["row_count"] ~ " row(s) of " ~ parts | join(", ") ~ ". "
                ~ model.config.meta.repeated_key
            ) }}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
