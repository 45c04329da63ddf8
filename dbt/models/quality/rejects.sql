-- Grain: one row per reason for which a row of a file was not loaded.
with

findings as (
    select * from {{ ref('findings') }}
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
    message_zh,
    remedy_zh
from findings
where severity = 'error' and row_number is not null
