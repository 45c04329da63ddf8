-- Grain: one row per row that breaks a check, as many of each check as are kept.
-- Empty as dbt makes it: dagster_project/quality fills it when all checks have been made, before publishing.
-- Here its columns are declared, so that it has a contract, a key, rules and a place in the dictionary.
select
    cast(null as string) as check_id,
    cast(null as bigint) as issue_no,
    cast(null as string) as state,
    cast(null as string) as severity,
    cast(null as string) as severity_reason_zh,
    cast(null as string) as department_code,
    cast(null as integer) as fiscal_year,
    cast(null as string) as ledger,
    cast(null as string) as owner_zh,
    cast(null as string) as submission_id,
    cast(null as string) as file,
    cast(null as string) as sheet,
    cast(null as integer) as row_number,
    cast(null as bigint) as source_row_count,
    cast(null as string) as key_text,
    cast(null as string) as value_zh,
    cast(null as string) as effect_zh,
    cast(null as string) as reason_zh,
    cast(null as string) as remedy_zh
where false
