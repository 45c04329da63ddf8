-- Grain: one row per figure and balance, allocation, payment or staff count that counts for it. Measures are in yuan or
-- persons.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

carried_over as (
    select
        *,
        fund_type || '/' || project_code || '/' || balance_kind as fact_key
    from {{ ref('fct_carry_over') }}
    where is_fiscal_appropriation
),

fiscal_funds as (
    select * from {{ ref('fiscal_appropriation_funds') }}
),

appropriations as (
    select allocations.*
    from {{ ref('fct_budget_allocations') }} as allocations
    inner join fiscal_funds
        on
            allocations.fund_type = fiscal_funds.fund_type
            and {{ valid_in('allocations.fiscal_year', 'fiscal_funds') }}
),

running_costs as (
    select * from {{ ref('fct_running_costs') }}
),

budgets as (
    select * from running_costs
    where side = 'budget'
),

payments as (
    select * from running_costs
    where side = 'spending'
),

staff_counts as (
    select * from {{ ref('fct_staff_counts') }}
    where is_latest_of_year
)

{{ evidence_of(
    'carry_over.opening', 'carried_over', 'facts.fact_key', 'facts.opening_yuan', 'facts.opening_yuan is not null'
) }}
union all
{{ evidence_of(
    'carry_over.withdrawn', 'carried_over', 'facts.fact_key', 'facts.withdrawn_yuan', 'facts.withdrawn_yuan is not null'
) }}
union all
{{ evidence_of(
    'carry_over.closing', 'carried_over', 'facts.fact_key', 'facts.closing_yuan', 'facts.closing_yuan is not null'
) }}
union all
{{ evidence_of(
    'carry_over.appropriations', 'appropriations', 'facts.allocation_no', 'facts.amount_yuan',
    'facts.source_type <> figure.subject'
) }}
union all
{{ evidence_of(
    'carry_over.resources', 'carried_over', 'facts.fact_key', 'facts.opening_yuan', 'facts.opening_yuan is not null'
) }}
union all
{{ evidence_of(
    'carry_over.resources', 'appropriations', 'facts.allocation_no', 'facts.amount_yuan',
    'facts.source_type <> figure.subject'
) }}
union all
{{ evidence_of('public_funds.budget', 'budgets', 'facts.fact_key', 'facts.amount_yuan', 'facts.is_public_funds') }}
union all
{{ evidence_of(
    'public_funds.initial_budget', 'budgets', 'facts.fact_key', 'facts.amount_yuan',
    'facts.is_public_funds and facts.source_type = figure.subject'
) }}
union all
{{ evidence_of('public_funds.spent', 'payments', 'facts.fact_key', 'facts.amount_yuan', 'facts.is_public_funds') }}
union all
{{ evidence_of(
    'three_public.budget', 'budgets', 'facts.fact_key', 'facts.amount_yuan', 'facts.three_public_item is not null'
) }}
union all
{{ evidence_of(
    'three_public.initial_budget', 'budgets', 'facts.fact_key', 'facts.amount_yuan',
    'facts.three_public_item is not null and facts.source_type = figure.subject'
) }}
union all
{{ evidence_of(
    'three_public.spent', 'payments', 'facts.fact_key', 'facts.amount_yuan', 'facts.three_public_item is not null'
) }}
{% for item in ['abroad', 'vehicle_purchase', 'vehicle_running', 'reception'] %}
    union all
    {{ evidence_of(
        'three_public.' ~ item ~ '.budget', 'budgets', 'facts.fact_key', 'facts.amount_yuan',
        'facts.three_public_item = figure.subject'
    ) }}
    union all
    {{ evidence_of(
        'three_public.' ~ item ~ '.spent', 'payments', 'facts.fact_key', 'facts.amount_yuan',
        'facts.three_public_item = figure.subject'
    ) }}
{% endfor %}
union all
{{ evidence_of('staff.posts', 'staff_counts', 'facts.post_kind', 'facts.posts') }}
union all
{{ evidence_of('staff.actual', 'staff_counts', 'facts.post_kind', 'facts.staff') }}
