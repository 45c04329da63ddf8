-- Grain: one row per department, fiscal year, project with an approved target form, and line of the money on its form.
-- A carried-over allocation pays no more than it has: what payments draw beyond it is of the year's appropriation.
with

targets as (
    select distinct
        department_code,
        fiscal_year,
        project_code
    from {{ ref('fct_performance_targets') }}
    where approved_on is not null
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

{{ ledger_gaps() }},

landed as (
    select distinct
        department_code,
        fiscal_year
    from {{ ref('fct_payments') }}
),

allocated as (
    select
        allocations.department_code,
        allocations.fiscal_year,
        allocations.project_code,
        allocations.allocation_no,
        allocations.source_type,
        allocations.amount_yuan,
        case
            when fiscal_funds.fund_type is null then 4
            when allocations.source_type = '上年结转' then 3
            else 2
        end as line_no
    from allocations
    left join fiscal_funds
        on
            allocations.fund_type = fiscal_funds.fund_type
            and {{ valid_in('allocations.fiscal_year', 'fiscal_funds') }}
),

budgeted as (
    select
        department_code,
        fiscal_year,
        project_code,
        line_no,
        sum(case when source_type = '年初预算' then amount_yuan else 0 end) as initial_yuan,
        sum(amount_yuan) as budget_yuan
    from allocated
    group by department_code, fiscal_year, project_code, line_no
),

paid_by_allocation as (
    select
        payments.department_code,
        payments.fiscal_year,
        payments.project_code,
        coalesce(allocated.line_no, case when fiscal_funds.fund_type is null then 4 else 2 end) as line_no,
        payments.amount_yuan
    from payments
    left join allocated
        on
            payments.department_code = allocated.department_code
            and payments.fiscal_year = allocated.fiscal_year
            and payments.project_code = allocated.project_code
            and payments.allocation_no = allocated.allocation_no
    left join fiscal_funds
        on
            payments.fund_type = fiscal_funds.fund_type
            and {{ valid_in('payments.fiscal_year', 'fiscal_funds') }}
),

paid as (
    select
        department_code,
        fiscal_year,
        project_code,
        line_no,
        sum(amount_yuan) as paid_yuan
    from paid_by_allocation
    group by department_code, fiscal_year, project_code, line_no
),

lines as (
    select
        2 as line_no,
        '当年财政拨款' as line_name
    union all
    select
        3 as line_no,
        '上年结转资金' as line_name
    union all
    select
        4 as line_no,
        '其他资金' as line_name
),

budgeted_projects as (
    select distinct
        department_code,
        fiscal_year,
        project_code
    from budgeted
),

known as (
    select
        targets.*,
        budgeted_projects.project_code is not null as has_budget,
        landed.fiscal_year is not null as has_payments,
        {{ stands_whole('targets', ['budget_allocations', 'payments']) }} as is_whole
    from targets
    left join budgeted_projects
        on
            targets.department_code = budgeted_projects.department_code
            and targets.fiscal_year = budgeted_projects.fiscal_year
            and targets.project_code = budgeted_projects.project_code
    left join landed
        on
            targets.department_code = landed.department_code
            and targets.fiscal_year = landed.fiscal_year
),

drawn as (
    select
        known.department_code,
        known.fiscal_year,
        known.project_code,
        known.is_whole,
        lines.line_no,
        lines.line_name,
        case when known.has_budget then coalesce(budgeted.initial_yuan, 0) end as initial_yuan,
        case when known.has_budget then coalesce(budgeted.budget_yuan, 0) end as budget_yuan,
        case when known.has_payments then coalesce(paid.paid_yuan, 0) end as paid_yuan
    from known
    cross join lines
    left join budgeted
        on
            known.department_code = budgeted.department_code
            and known.fiscal_year = budgeted.fiscal_year
            and known.project_code = budgeted.project_code
            and lines.line_no = budgeted.line_no
    left join paid
        on
            known.department_code = paid.department_code
            and known.fiscal_year = paid.fiscal_year
            and known.project_code = paid.project_code
            and lines.line_no = paid.line_no
),

beyond as (
    select
        *,
        case
            when line_no = 3 then greatest(paid_yuan - greatest(coalesce(budget_yuan, 0), 0), 0)
            else 0
        end as beyond_yuan
    from drawn
),

settled as (
    select
        *,
        case line_no
            when 2 then paid_yuan + sum(beyond_yuan) over (partition by department_code, fiscal_year, project_code)
            else paid_yuan - beyond_yuan
        end as spent_yuan
    from beyond
),

totalled as (
    select
        department_code,
        fiscal_year,
        project_code,
        is_whole,
        line_no,
        line_name,
        initial_yuan,
        budget_yuan,
        spent_yuan,
        beyond_yuan
    from settled
    union all
    select
        department_code,
        fiscal_year,
        project_code,
        is_whole,
        1 as line_no,
        '年度资金总额' as line_name,
        sum(initial_yuan) as initial_yuan,
        sum(budget_yuan) as budget_yuan,
        sum(spent_yuan) as spent_yuan,
        sum(beyond_yuan) as beyond_yuan
    from settled
    group by department_code, fiscal_year, project_code, is_whole
)

select
    department_code,
    fiscal_year,
    project_code,
    cast(line_no as integer) as line_no,
    line_name,
    line_no = 1 as is_total,
    cast(initial_yuan as decimal(18, 2)) as initial_yuan,
    cast(budget_yuan as decimal(18, 2)) as budget_yuan,
    cast(spent_yuan as decimal(18, 2)) as spent_yuan,
    cast(beyond_yuan as decimal(18, 2)) as beyond_carry_over_yuan,
    cast(100 * {{ exact_ratio('spent_yuan', 'budget_yuan') }} as decimal(18, 6)) as rate_pct,
    is_whole
from totalled
