-- Grain: one row per rule of the catalogue that `jixiao rules` prints.
-- Empty as dbt makes it: dagster_project/quality fills it when all checks have been made, before publishing.
-- Here its columns are declared, so that it has a contract, a key, rules and a place in the dictionary.
select
    cast(null as string) as rule_id,
    cast(null as string) as category,
    cast(null as string) as severity,
    cast(null as string) as ledger,
    cast(null as string) as table_name,
    cast(null as string) as column_name,
    cast(null as string) as message_zh,
    cast(null as string) as message_en,
    cast(null as string) as remedy_zh,
    cast(null as string) as owner_zh,
    cast(null as string) as source,
    cast(null as string) as valid_from,
    cast(null as string) as valid_to,
    cast(null as bigint) as fired_count,
    cast(null as date) as last_fired_on,
    cast(null as string) as changed_zh
where false
