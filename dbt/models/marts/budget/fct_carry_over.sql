-- Grain: one row per project, fund and kind of balance (carried over or surplus).
with

fund_types as (
    select * from {{ ref('fund_types') }}
),

ledger as (
    select * from {{ ref('stg_budget__carry_over') }}
),

fiscal_funds as (
    select * from {{ ref('fiscal_appropriation_funds') }}
)

select
    ledger.department_code,
    ledger.period_year as fiscal_year,
    ledger.fund_type,
    {{ code_name('fund_types', 'ledger.fund_type', 'ledger.period_year') }} as fund_type_name,
    ledger.spending_kind,
    ledger.project_code,
    ledger.project_name,
    ledger.balance_kind,
    fiscal_funds.fund_type is not null as is_fiscal_appropriation,
    ledger.opening_yuan,
    ledger.withdrawn_yuan,
    ledger.closing_yuan,
    ledger.submission_id,
    ledger.sheet,
    ledger.row_number
from ledger
left join fiscal_funds
    on
        ledger.fund_type = fiscal_funds.fund_type
        and {{ valid_in('ledger.period_year', 'fiscal_funds') }}
