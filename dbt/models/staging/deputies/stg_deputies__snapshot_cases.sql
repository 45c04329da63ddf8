-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per case, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('deputies', 'snapshot_cases'),
        'snapshot_cases',
        key=['case_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    case_no,
    deputy_no,
    submitted_at,
    photo_count,
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
    return_count,
    result,
    rating,
    is_reopened,
    duplicate_of,
    submission_id,
    sheet,
    row_number
from landed
