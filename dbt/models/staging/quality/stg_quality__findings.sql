-- Grain: one row per finding of landing; the raw cells stay in landing, because they may hold personal data.
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
    row_number,
    column_name,
    header,
    column_ref,
    value,
    rule,
    severity,
    message_zh,
    remedy_zh
from findings
