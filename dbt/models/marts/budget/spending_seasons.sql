-- Grain: one row per department, fiscal year, month up to the last with a payment, and kind of spending (合计 for all),
-- where the department has an earlier whole year: one with payments in December.
-- What all earlier whole years together had spent of their final budgets by the end of the month.
with

months as (
    select * from {{ ref('budget_execution_by_month') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

execution as (
    select * from {{ ref('budget_execution_by_project') }}
),

whole_years as (
    select
        department_code,
        fiscal_year
    from months
    where month_no = 12
),

spent as (
    select
        payments.department_code,
        payments.fiscal_year,
        payments.spending_kind,
        extract(month from payments.cleared_on) as month_no,
        sum(payments.amount_yuan) as spent_yuan
    from payments
    group by
        payments.department_code, payments.fiscal_year, payments.spending_kind, extract(month from payments.cleared_on)
),

budgets as (
    select
        execution.department_code,
        execution.fiscal_year,
        execution.spending_kind,
        sum(execution.budget_yuan) as budget_yuan
    from execution
    inner join whole_years
        on execution.department_code = whole_years.department_code and execution.fiscal_year = whole_years.fiscal_year
    group by execution.department_code, execution.fiscal_year, execution.spending_kind
),

spent_by_then as (
    select
        months.department_code,
        months.fiscal_year,
        months.month_no,
        months.month_start,
        budgets.fiscal_year as earlier_year,
        budgets.spending_kind,
        budgets.budget_yuan,
        sum(spent.spent_yuan) as spent_yuan
    from months
    inner join budgets
        on months.department_code = budgets.department_code and months.fiscal_year > budgets.fiscal_year
    left join spent
        on
            budgets.department_code = spent.department_code
            and budgets.fiscal_year = spent.fiscal_year
            and budgets.spending_kind = spent.spending_kind
            and months.month_no >= spent.month_no
    group by
        months.department_code, months.fiscal_year, months.month_no, months.month_start, budgets.fiscal_year,
        budgets.spending_kind, budgets.budget_yuan
),

summed as (
    select
        department_code,
        fiscal_year,
        month_no,
        month_start,
        coalesce(spending_kind, '合计') as spending_kind,
        count(distinct earlier_year) as earlier_year_count,
        sum(budget_yuan) as budget_yuan,
        sum(coalesce(spent_yuan, 0)) as spent_yuan
    from spent_by_then
    group by
        grouping sets (
            (department_code, fiscal_year, month_no, month_start, spending_kind),
            (department_code, fiscal_year, month_no, month_start)
        )
)

select
    department_code,
    fiscal_year,
    cast(month_no as integer) as month_no,
    month_start,
    spending_kind,
    earlier_year_count,
    cast(budget_yuan as decimal(18, 2)) as budget_yuan,
    cast(spent_yuan as decimal(18, 2)) as spent_yuan,
    cast(100 * {{ exact_ratio('spent_yuan', 'budget_yuan') }} as decimal(18, 6)) as season_progress_pct
from summed
