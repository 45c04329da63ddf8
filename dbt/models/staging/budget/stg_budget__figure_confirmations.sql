-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per confirmation or dispute of a figure by a department, per department; the rows current as of
-- `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'figure_confirmations'),
        'figure_confirmations',
        key=['confirmation_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    confirmation_no,
    fiscal_year,
    month,
    figure_id,
    label,
    shown,
    version,
    decision,
    reason,
    decided_on,
    submission_id,
    sheet,
    row_number
from landed
