-- A failure means that an account of carried-over funds, 结转 or 结余 by itself, does not close with what 结转结余表 says of
-- it. 办公厅行政处 compares the two. Their sum, the year before and the allocations stand in marts.books_reconciliation.
{{ config(severity='warn') }}
with

carried_over as (
    select
        department_code,
        fiscal_year,
        spending_kind,
        balance_kind,
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
)

select
    accounts.account_code,
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
