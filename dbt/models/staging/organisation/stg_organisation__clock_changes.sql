-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per pause or return, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('organisation', 'clock_changes'),
        'clock_changes',
        key=['change_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    change_no,
    deadline_name,
    item_no,
    change,
    from_on,
    until_on,
    reason,
    approved_by,
    submission_id,
    sheet,
    row_number
from landed
