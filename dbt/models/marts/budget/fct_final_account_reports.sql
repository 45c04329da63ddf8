-- Grain: one row per fund and class of spending of the final accounts handed in. Blank is nil, as on the form.
with

fund_types as (
    select * from {{ ref('fund_types') }}
),

ledger as (
    select * from {{ ref('stg_budget__final_account_reports') }}
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
    fiscal_funds.fund_type is not null as is_fiscal_appropriation,
    {% for column in ['opening_yuan', 'income_yuan', 'spent_yuan', 'closing_yuan'] %}
        cast(coalesce(ledger.{{ column }}, 0) as decimal(18, 2)) as {{ column }},
    {% endfor %}
    ledger.submission_id,
    ledger.sheet,
    ledger.row_number
from ledger
left join fiscal_funds
    on
        ledger.fund_type = fiscal_funds.fund_type
        and {{ valid_in('ledger.period_year', 'fiscal_funds') }}
