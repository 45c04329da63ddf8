{{ config(materialized='table') }}
-- Grain: one row per entry of the log of submissions that holds as of `as_of`.
-- What a department handed in that is held back has the status held_back, and so counts nowhere.
-- A file holds from when it was received, a withdrawal from when it was made; lines that only hold hashes are left out.
with

submission_log as (
    select * from {{ source('landing_log', 'submission_log') }}
)

select
    log_no,
    submission_id,
    ledger,
    domain,
    department_code,
    period,
    fiscal_year,
    file,
    sheet,
    sha256,
    size_bytes,
    received_at,
    contract_version,
    supersede,
    case when {{ is_held_back('status', 'department_code', 'log_no') }} then 'held_back' else status end as status,
    {{ reason_or_held_back('reason', 'status', 'department_code', 'log_no') }} as reason,
    rows_read,
    rows_accepted,
    rows_rejected,
    rows_blank,
    rows_notes,
    registered_at,
    coalesce(effective_at, received_at) as effective_at,
    control_rows,
    answers
from submission_log
where
    status <> 'sealed'
    and coalesce(effective_at, received_at) <= {{ as_of_moment() }}
