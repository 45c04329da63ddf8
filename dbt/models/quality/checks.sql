-- Grain: one row per check of the warehouse.
-- Empty as dbt makes it: dagster_project/quality fills it when all checks have been made, before publishing.
-- Here its columns are declared, so that it has a contract, a key, rules and a place in the dictionary.
select
    cast(null as string) as check_id,
    cast(null as string) as check_kind,
    cast(null as string) as subject,
    cast(null as string) as rule_zh,
    cast(null as string) as severity,
    cast(null as boolean) as is_passed,
    cast(null as bigint) as issue_count,
    cast(null as bigint) as open_count,
    cast(null as bigint) as accepted_count,
    cast(null as bigint) as kept_count,
    cast(null as string) as remedy_zh
where false
