-- Grain: one row per allocation or payment that is public funds or one of the three public expenses, or both.
-- Public funds are basic spending only; the three public expenses are fiscal money, basic and project.
with

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

public_funds_scope as (
    select * from {{ ref('public_funds_scope') }}
),

three_public_items as (
    select * from {{ ref('three_public_items') }}
),

fiscal_funds as (
    select * from {{ ref('fiscal_appropriation_funds') }}
),

facts as (
    select
        'budget' as side,
        department_code,
        fiscal_year,
        allocation_no as fact_key,
        source_type,
        fund_type,
        project_category,
        department_economic_code,
        amount_yuan,
        submission_id,
        sheet,
        row_number
    from allocations
    union all
    select
        'spending' as side,
        department_code,
        fiscal_year,
        voucher_no as fact_key,
        null as source_type,
        fund_type,
        project_category,
        department_economic_code,
        amount_yuan,
        submission_id,
        sheet,
        row_number
    from payments
)

select
    facts.side,
    facts.department_code,
    facts.fiscal_year,
    facts.fact_key,
    facts.source_type,
    facts.project_category,
    facts.department_economic_code,
    public_funds_scope.project_category is not null as is_public_funds,
    case when fiscal_funds.fund_type is not null then three_public_items.item end as three_public_item,
    facts.amount_yuan,
    facts.submission_id,
    facts.sheet,
    facts.row_number
from facts
left join public_funds_scope
    on
        facts.project_category = public_funds_scope.project_category
        and left(facts.department_economic_code, 3) = public_funds_scope.economic_class
        and {{ valid_in('facts.fiscal_year', 'public_funds_scope') }}
left join three_public_items
    on
        facts.department_economic_code = three_public_items.department_economic_code
        and {{ valid_in('facts.fiscal_year', 'three_public_items') }}
left join fiscal_funds
    on
        facts.fund_type = fiscal_funds.fund_type
        and {{ valid_in('facts.fiscal_year', 'fiscal_funds') }}
where
    public_funds_scope.project_category is not null
    or (three_public_items.item is not null and fiscal_funds.fund_type is not null)
