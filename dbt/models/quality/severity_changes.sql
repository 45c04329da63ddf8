-- Grain: one row per line of seeds.rule_severities.
-- Empty as dbt makes it: dagster_project/quality fills it when all checks have been made, before publishing.
-- Here its columns are declared, so that it has a contract, a key, rules and a place in the dictionary.
select
    cast(null as bigint) as line_no,
    cast(null as string) as rule_id,
    cast(null as string) as department_code,
    cast(null as string) as usual_severity,
    cast(null as string) as severity,
    cast(null as string) as reason_zh,
    cast(null as string) as decided_by,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to,
    cast(null as string) as state,
    cast(null as bigint) as changed_count,
    cast(null as string) as fault_zh
where false
