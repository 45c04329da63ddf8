-- Grain: one row per meeting and matter of support.
with

ledger as (
    select
        *,
        period_year as fiscal_year
    from {{ ref('stg_duties__meeting_support_log') }}
)

select
    department_code,
    fiscal_year,
    support_no,
    meeting_no,
    matter,
    unit,
    incident,
    severity,
    submission_id,
    sheet,
    row_number
from ledger
