-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per action and state, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'year_end_actions'),
        'year_end_actions',
        key=['action_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    action_no,
    fiscal_year,
    action_kind,
    subject_no,
    taker_no,
    amount_yuan,
    state,
    reason,
    unit,
    stated_on,
    submission_id,
    sheet,
    row_number
from landed
