-- Grain: one row per row that breaks a check, as many of each check as are kept.
-- Empty as dbt makes it: dagster_project/quality fills it when all checks have been made, before publishing.
-- Here its columns are declared, so that it has a contract, a key, rules and a place in the dictionary.
select
    cast(null as varchar) as check_id,
    cast(null as bigint) as issue_no,
    cast(null as varchar) as state,
    cast(null as varchar) as severity,
    cast(null as varchar) as severity_reason_zh,
    cast(null as varchar) as department_code,
    cast(null as integer) as fiscal_year,
    cast(null as varchar) as ledger,
    cast(null as varchar) as owner_zh,
    cast(null as varchar) as submission_id,
    cast(null as varchar) as file,
    cast(null as varchar) as sheet,
    cast(null as bigint) as row_number,
    cast(null as bigint) as source_row_count,
    cast(null as varchar) as key_text,
    cast(null as varchar) as value_zh,
    cast(null as varchar) as effect_zh,
    cast(null as varchar) as reason_zh,
    cast(null as varchar) as remedy_zh
where false
