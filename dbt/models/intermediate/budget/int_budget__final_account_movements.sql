-- Grain: one row per department, year, what moved, fund, class and codes: the tables of final accounts are sums of it.
-- Appropriations are income by allocation, less what was cancelled; other funds by the turnover of their account.
-- What is withdrawn from a surplus was granted in an earlier year, so it lowers the opening balance.
with

fiscal_funds as (
    select * from {{ ref('fiscal_appropriation_funds') }}
),

spending_kinds as (
    select * from {{ ref('spending_kinds') }}
),

income_accounts as (
    select * from {{ ref('income_accounts') }}
    where not is_fiscal_appropriation
),

allocations as (
    select
        *,
        cast(fiscal_year as integer) as budget_year
    from {{ ref('stg_budget__budget_allocations') }}
),

carried_over as (
    select
        ledger.*,
        fiscal_funds.fund_type is not null as is_fiscal_appropriation
    from {{ ref('stg_budget__carry_over') }} as ledger
    left join fiscal_funds
        on
            ledger.fund_type = fiscal_funds.fund_type
            and {{ valid_in('ledger.period_year', 'fiscal_funds') }}
),

payments as (
    select * from {{ ref('int_budget__payments_netted') }}
    where not is_prior_year_refund
),

balances as (
    select
        *,
        cast(extract(year from month) as integer) as month_year
    from {{ ref('stg_assets__ledger_balances') }}
),

function_of_project as (
    -- Balances carried over name a project and no function; a project of several functions has none here.
    select
        department_code,
        project_code,
        min(function_code) as function_code
    from allocations
    group by department_code, project_code
    having count(distinct function_code) = 1
),

{% set balance_columns = {
    'opening': "coalesce(carried_over.opening_yuan, 0)"
        " - case when carried_over.balance_kind = '结余' then coalesce(carried_over.withdrawn_yuan, 0) else 0 end",
    'income': "-case when carried_over.balance_kind = '结转' and carried_over.is_fiscal_appropriation"
        " then coalesce(carried_over.withdrawn_yuan, 0) else 0 end",
    'closing': "coalesce(carried_over.closing_yuan, 0)",
} %}

movements as (
    select
        department_code,
        fiscal_year,
        'spending' as what,
        fund_type,
        spending_kind,
        function_code,
        department_economic_code as economic_code,
        cast(null as string) as account_code,
        amount_yuan as yuan
    from payments
    union all
    select
        allocations.department_code,
        allocations.budget_year as fiscal_year,
        'income' as what,
        allocations.fund_type,
        spending_kinds.spending_kind,
        allocations.function_code,
        null as economic_code,
        null as account_code,
        allocations.amount_yuan as yuan
    from allocations
    inner join fiscal_funds
        on
            allocations.fund_type = fiscal_funds.fund_type
            and {{ valid_in('allocations.budget_year', 'fiscal_funds') }}
    inner join spending_kinds on allocations.project_category = spending_kinds.project_category
    where allocations.source_type <> '上年结转'
    {% for what, yuan in balance_columns.items() %}
        union all
        select
            carried_over.department_code,
            carried_over.period_year as fiscal_year,
            '{{ what }}' as what,
            carried_over.fund_type,
            carried_over.spending_kind,
            function_of_project.function_code,
            null as economic_code,
            null as account_code,
            {{ yuan }} as yuan
        from carried_over
        left join function_of_project
            on
                carried_over.department_code = function_of_project.department_code
                and carried_over.project_code = function_of_project.project_code
    {% endfor %}
    union all
    select
        balances.department_code,
        balances.month_year as fiscal_year,
        'income' as what,
        null as fund_type,
        null as spending_kind,
        null as function_code,
        null as economic_code,
        income_accounts.account_code,
        balances.credit_yuan as yuan
    from balances
    inner join income_accounts
        on
            balances.account_code = income_accounts.account_code
            and {{ valid_in('balances.month_year', 'income_accounts') }}
)

select
    department_code,
    fiscal_year,
    what,
    fund_type,
    spending_kind,
    function_code,
    economic_code,
    account_code,
    sum(yuan) as yuan
from movements
group by
    department_code, fiscal_year, what, fund_type, spending_kind, function_code, economic_code, account_code
having sum(yuan) <> 0
