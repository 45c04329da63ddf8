-- Grain: one row per rule of the catalogue that `jixiao rules` prints.
-- Empty as dbt makes it: dagster_project/quality fills it when all checks have been made, before publishing.
-- Here its columns are declared, so that it has a contract, a key, rules and a place in the dictionary.
select
    cast(null as varchar) as rule_id,
    cast(null as varchar) as category,
    cast(null as varchar) as severity,
    cast(null as varchar) as ledger,
    cast(null as varchar) as table_name,
    cast(null as varchar) as column_name,
    cast(null as varchar) as message_zh,
    cast(null as varchar) as message_en,
    cast(null as varchar) as remedy_zh,
    cast(null as varchar) as owner_zh,
    cast(null as varchar) as source,
    cast(null as varchar) as valid_from,
    cast(null as varchar) as valid_to,
    cast(null as bigint) as fired_count,
    cast(null as date) as last_fired_on,
    cast(null as varchar) as changed_zh
where false
