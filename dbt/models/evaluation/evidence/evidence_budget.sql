-- Grain: one row per figure and allocation, payment or project that counts for it. Measures are in yuan.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

fiscal_funds as (
    select * from {{ ref('fiscal_appropriation_funds') }}
),

projects as (
    select * from {{ ref('dim_project_yearly') }}
    where spending_kind = '项目支出'
),

monitored_projects as (
    -- "500 万元以上" includes the bound (Civil Code art. 1259) and is tested on the initial budget.
    select projects.*
    from projects
    inner join parameters
        on
            parameters.parameter = 'monitor_threshold_yuan'
            and {{ valid_in('projects.fiscal_year', 'parameters') }}
            and projects.initial_budget_yuan >= parameters.value
)

{% set of_fiscal_appropriation -%}
    facts.fund_type in (
        select fiscal_funds.fund_type from fiscal_funds
        where {{ valid_in('facts.fiscal_year', 'fiscal_funds') }}
    )
{%- endset %}

{{ evidence_of('budget.total', 'allocations', 'facts.allocation_no', 'facts.amount_yuan') }}
{% for figure_id in ['budget.general_public', 'budget.government_funds', 'budget.state_capital'] %}
    union all
    {{ evidence_of(
        figure_id, 'allocations', 'facts.allocation_no', 'facts.amount_yuan', 'facts.fund_type = figure.subject'
    ) }}
{% endfor %}
union all
{{ evidence_of(
    'budget.fiscal', 'allocations', 'facts.allocation_no', 'facts.amount_yuan', of_fiscal_appropriation
) }}
union all
{{ evidence_of(
    'spending.fiscal', 'payments', 'facts.voucher_no', 'facts.amount_yuan', of_fiscal_appropriation
) }}
union all
{{ evidence_of('spending.total', 'payments', 'facts.voucher_no', 'facts.amount_yuan') }}
{% for figure_id in ['spending.basic', 'spending.project'] %}
    union all
    {{ evidence_of(
        figure_id, 'payments', 'facts.voucher_no', 'facts.amount_yuan', 'facts.spending_kind = figure.subject'
    ) }}
{% endfor %}
union all
{{ evidence_of(
    'spending.staff', 'payments', 'facts.voucher_no', 'facts.amount_yuan', 'facts.project_category = figure.subject'
) }}
union all
{{ evidence_of('monitoring.amount', 'monitored_projects', 'facts.project_code', 'facts.initial_budget_yuan') }}
{% for figure_id in ['monitoring.it_operations', 'monitoring.congress_session', 'monitoring.other_operations'] %}
    union all
    {{ evidence_of(
        figure_id, 'projects', 'facts.project_code', 'facts.initial_budget_yuan', 'facts.project_name = figure.subject'
    ) }}
{% endfor %}
