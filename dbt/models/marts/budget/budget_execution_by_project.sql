-- Grain: one row per department, fiscal year and project that has a budget or a payment.
with

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

projects as (
    select * from {{ ref('dim_project_yearly') }}
),

budgeted as (
    select
        department_code,
        fiscal_year,
        project_code,
        sum(case when source_type = '年初预算' then amount_yuan else 0 end) as initial_yuan,
        sum(amount_yuan) as budget_yuan
    from allocations
    group by department_code, fiscal_year, project_code
),

paid as (
    select
        department_code,
        fiscal_year,
        project_code,
        sum(amount_yuan) as spent_yuan
    from payments
    group by department_code, fiscal_year, project_code
)

select
    coalesce(budgeted.department_code, paid.department_code) as department_code,
    coalesce(budgeted.fiscal_year, paid.fiscal_year) as fiscal_year,
    coalesce(budgeted.project_code, paid.project_code) as project_code,
    projects.project_name,
    projects.spending_kind,
    cast(budgeted.initial_yuan as decimal(18, 2)) as initial_yuan,
    cast(budgeted.budget_yuan as decimal(18, 2)) as budget_yuan,
    cast(paid.spent_yuan as decimal(18, 2)) as spent_yuan,
    cast(100 * {{ exact_ratio('coalesce(paid.spent_yuan, 0)', 'budgeted.budget_yuan') }} as decimal(18, 6)) as rate_pct
from budgeted
full outer join paid
    on
        budgeted.department_code = paid.department_code
        and budgeted.fiscal_year = paid.fiscal_year
        and budgeted.project_code = paid.project_code
left join projects
    on
        coalesce(budgeted.department_code, paid.department_code) = projects.department_code
        and coalesce(budgeted.fiscal_year, paid.fiscal_year) = projects.fiscal_year
        and coalesce(budgeted.project_code, paid.project_code) = projects.project_code
