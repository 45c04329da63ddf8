-- Grain: one row per department, year, fund, basic or project spending, and kind of balance.
with

balances as (
    select * from {{ ref('fct_carry_over') }}
)

select
    department_code,
    fiscal_year,
    fund_type,
    max(fund_type_name) as fund_type_name,
    is_fiscal_appropriation,
    spending_kind,
    balance_kind,
    cast(count(*) as integer) as row_count,
    cast(coalesce(sum(opening_yuan), 0) as decimal(18, 2)) as opening_yuan,
    cast(coalesce(sum(withdrawn_yuan), 0) as decimal(18, 2)) as withdrawn_yuan,
    cast(coalesce(sum(closing_yuan), 0) as decimal(18, 2)) as closing_yuan
from balances
group by department_code, fiscal_year, fund_type, is_fiscal_appropriation, spending_kind, balance_kind
