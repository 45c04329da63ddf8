{{ config(materialized='table') }}
-- Grain: one row per entry of the log of submissions that was received up to `as_of`.
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
    status,
    reason,
    rows_read,
    rows_accepted,
    rows_rejected,
    rows_blank,
    rows_notes
from submission_log
where received_at <= {{ as_of_moment() }}
