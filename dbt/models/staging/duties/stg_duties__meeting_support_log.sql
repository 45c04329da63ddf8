-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per meeting and matter of support, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'meeting_support_log'),
        'meeting_support_log'
    ) }}
)

select
    department_code,
    period,
    period_year,
    support_no,
    meeting_no,
    matter,
    unit,
    incident,
    severity,
    submission_id,
    sheet,
    row_number
from landed
