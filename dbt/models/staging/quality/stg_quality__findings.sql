-- Grain: one row per finding of landing; cells and what is quoted from them stay there: they may hold personal data.
-- A landing zone of an earlier release has no values for readers: nothing is quoted then.
with

findings as (
    select * from {{ source('landing_log', 'findings') }}
)

select
    submission_id,
    ledger,
    department_code,
    period,
    file,
    sheet,
    cast(row_number as integer) as row_number,
    column_name,
    header,
    column_ref,
    coalesce(public_value, '') as value,
    rule,
    severity,
    coalesce(public_message_zh, remedy_zh) as message_zh,
    remedy_zh
from findings
