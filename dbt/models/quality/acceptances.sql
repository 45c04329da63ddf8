-- Grain: one row per line of accepted.csv.
-- Empty as dbt makes it: dagster_project/quality fills it when all checks have been made, before publishing.
-- Here its columns are declared, so that it has a contract, a key, rules and a place in the dictionary.
select
    cast(null as bigint) as line_no,
    cast(null as varchar) as check_id,
    cast(null as varchar) as department_code,
    cast(null as integer) as fiscal_year,
    cast(null as varchar) as key_text,
    cast(null as varchar) as file,
    cast(null as bigint) as row_number,
    cast(null as varchar) as reason_zh,
    cast(null as date) as accepted_on,
    cast(null as varchar) as accepted_by,
    cast(null as date) as valid_until,
    cast(null as varchar) as state,
    cast(null as bigint) as issue_count,
    cast(null as varchar) as fault_zh
where false
