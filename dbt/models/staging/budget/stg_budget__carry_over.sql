-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per project and fund and kind of balance, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'carry_over'),
        'carry_over'
    ) }}
)

select
    department_code,
    period,
    period_year,
    fund_type,
    spending_kind,
    project_code,
    project_name,
    balance_kind,
    opening_yuan,
    withdrawn_yuan,
    closing_yuan,
    remark,
    submission_id,
    sheet,
    row_number
from landed
