-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per fund and class of spending: opening, income, spending and closing, per department and period; the
-- rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'final_account_reports'),
        'final_account_reports'
    ) }}
)

select
    department_code,
    period,
    period_year,
    fund_type,
    spending_kind,
    opening_yuan,
    income_yuan,
    spent_yuan,
    closing_yuan,
    submission_id,
    sheet,
    row_number
from landed
