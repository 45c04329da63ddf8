{#
  SQL that fails where a table has other columns or types than its contract; the message names each of them.

  dbt asks the database twice a model to find this out, before it builds; here the table that was built is compared, in one go.
#}
{% macro refuse_other_columns(target) %}
    {%- set wanted = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do wanted.append("('" ~ column.name ~ "', typeof(cast(null as " ~ column.data_type ~ ")))") -%}
    {%- endfor %}
    with

    has as (
        select name, type from pragma_table_info('{{ target.render() | replace('"', '') }}')
    ),

    wanted as (
        select * from (values {{ wanted | join(", ") }}) as listed (name, type)
    ),

    differences as (
        (select 'built' as side, * from has except select 'built', * from wanted)
        union all
        (select 'contract' as side, * from wanted except select 'contract', * from has)
    )

    select
        error(
            '{{ model.schema }}.{{ model.name }} is not as its contract says: '
            || string_agg(side || ' ' || name || ' ' || type, ', ' order by name, side)
        )
    from differences
    having count(*) > 0;
{% endmacro %}
