-- A failure means that a month does not open with what the month before closed with: one of the two was changed
-- afterwards. Where the month before was not handed in, nothing is compared: figures tell that as PARTIAL.
-- 办公厅行政处 hands 会计科目余额表 of that quarter in again.
{{ config(severity='warn') }}
with

balances as (
    select * from {{ ref('fct_ledger_balances') }}
),

in_order as (
    select
        department_code,
        account_code,
        month,
        opening_yuan,
        lag(closing_yuan) over (partition by department_code, account_code order by month) as closing_before_yuan,
        lag(month) over (partition by department_code, account_code order by month) as month_before
    from balances
)

select
    department_code,
    account_code,
    month,
    closing_before_yuan,
    opening_yuan
from in_order
where
    opening_yuan <> closing_before_yuan
    and {{ dbt.datediff('month_before', 'month', 'month') }} = 1
