-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per opinion, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('deputies', 'station_feedback'),
        'station_feedback',
        key=['feedback_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    feedback_no,
    station_code,
    channel,
    received_at,
    category,
    content,
    contact,
    is_accepted,
    refusal_reason,
    route,
    host_unit,
    due_on,
    finished_at,
    result,
    answered_at,
    satisfaction,
    duplicate_of,
    suggestion_no,
    campaign,
    submission_id,
    sheet,
    row_number
from landed
