-- A failure means that the balances carried over disagree: with the closing of the year before, with the accounts of
-- carried-over funds, or with the allocations 上年结转. 办公厅行政处 compares 结转结余表, 会计科目余额表 and 预算指标台账.
{{ config(severity='warn') }}
with

{{ ledger_gaps() }},

carried_over as (
    select
        department_code,
        fiscal_year,
        spending_kind,
        balance_kind,
        cast(coalesce(sum(opening_yuan), 0) as decimal(18, 2)) as opening_yuan,
        cast(coalesce(sum(closing_yuan), 0) as decimal(18, 2)) as closing_yuan
    from {{ ref('fct_carry_over') }}
    where is_fiscal_appropriation
    group by department_code, fiscal_year, spending_kind, balance_kind
),

accounts as (
    select * from {{ ref('carry_over_accounts') }}
),

balances as (
    select * from {{ ref('fct_ledger_balances') }}
    where is_year_end
),

years as (
    select
        department_code,
        fiscal_year,
        sum(opening_yuan) as opening_yuan,
        sum(case when balance_kind = '结转' then opening_yuan else 0 end) as continued_yuan,
        sum(closing_yuan) as closing_yuan
    from carried_over
    group by department_code, fiscal_year
),

allocated as (
    select
        department_code,
        fiscal_year,
        sum(case when source_type = '上年结转' then amount_yuan else 0 end) as allocated_yuan
    from {{ ref('fct_budget_allocations') }}
    group by department_code, fiscal_year
)

select
    'year_before' as compared_with,
    this_year.department_code,
    this_year.fiscal_year,
    this_year.opening_yuan as expected_yuan,
    year_before.closing_yuan as found_yuan
from years as this_year
inner join years as year_before
    on
        this_year.department_code = year_before.department_code
        and this_year.fiscal_year = year_before.fiscal_year + 1
where this_year.opening_yuan <> year_before.closing_yuan
union all
select
    'account ' || accounts.account_code as compared_with,
    carried_over.department_code,
    carried_over.fiscal_year,
    carried_over.closing_yuan as expected_yuan,
    balances.closing_yuan as found_yuan
from carried_over
inner join accounts
    on
        carried_over.balance_kind = accounts.balance_kind
        and carried_over.spending_kind = accounts.spending_kind
        and {{ valid_in('carried_over.fiscal_year', 'accounts') }}
inner join balances
    on
        carried_over.department_code = balances.department_code
        and carried_over.fiscal_year = balances.fiscal_year
        and accounts.account_code = balances.account_code
where carried_over.closing_yuan <> balances.closing_yuan
union all
select
    'allocations' as compared_with,
    years.department_code,
    years.fiscal_year,
    years.continued_yuan as expected_yuan,
    allocated.allocated_yuan as found_yuan
from years
inner join allocated
    on
        years.department_code = allocated.department_code
        and years.fiscal_year = allocated.fiscal_year
where
    years.continued_yuan <> allocated.allocated_yuan
    and {{ stands_whole('years', ['budget_allocations']) }}
