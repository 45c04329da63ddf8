-- Grain: one row per snapshot case.
with

ledger as (
    select * from {{ ref('stg_deputies__snapshot_cases') }}
)

select
    department_code,
    cast(extract(year from submitted_at) as integer) as fiscal_year,
    case_no,
    deputy_no,
    submitted_at,
    cast(photo_count as integer) as photo_count,
    longitude,
    latitude,
    district_code,
    category,
    urgency,
    accepted_at,
    dispatched_at,
    due_at,
    finished_at,
    reviewed_at,
    closed_at,
    host_unit,
    cast(return_count as integer) as return_count,
    result,
    rating,
    is_reopened,
    duplicate_of,
    submission_id,
    sheet,
    row_number
from ledger
