-- Grain: one row per check, state, figure, fiscal year and department.
-- Empty as dbt makes it: dagster_project/quality fills it when all checks have been made, before publishing.
-- Here its columns are declared, so that it has a contract, a key, rules and a place in the dictionary.
select
    cast(null as string) as check_id,
    cast(null as string) as state,
    cast(null as string) as figure_id,
    cast(null as string) as label_zh,
    cast(null as integer) as fiscal_year,
    cast(null as string) as department_code,
    cast(null as bigint) as row_count,
    cast(null as decimal(28, 8)) as effect,
    cast(null as string) as unit,
    cast(null as decimal(28, 8)) as share_pct,
    cast(null as decimal(28, 8)) as value,
    cast(null as decimal(28, 8)) as value_without
where false
