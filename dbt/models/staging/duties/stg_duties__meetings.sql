-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per meeting, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'meetings'),
        'meetings'
    ) }}
)

select
    department_code,
    period,
    period_year,
    meeting_no,
    meeting_name,
    body,
    opened_on,
    closed_on,
    submission_id,
    sheet,
    row_number
from landed
