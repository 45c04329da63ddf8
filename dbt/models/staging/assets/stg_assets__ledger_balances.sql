-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per account and month, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('assets', 'ledger_balances'),
        'ledger_balances'
    ) }}
)

select
    department_code,
    period,
    period_year,
    account_code,
    account_name,
    month,
    balance_side,
    opening_yuan,
    debit_yuan,
    credit_yuan,
    closing_yuan,
    change_note,
    submission_id,
    sheet,
    row_number
from landed
