-- Grain: one row per department, year and month up to the last month with a payment.
-- A month whose payments were not handed in has no spending; what is told to date is that of the others.
-- The budget of a month is what had been issued by its end; the calendar progress is the months gone by in twelfths.
with

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

{{ known_months('payments', 'payments') }},

paid as (
    select
        department_code,
        fiscal_year,
        extract(month from cleared_on) as month_no,
        sum(amount_yuan) as spent_yuan
    from payments
    group by department_code, fiscal_year, extract(month from cleared_on)
),

last_months as (
    select
        department_code,
        fiscal_year,
        max(month_no) as last_month_no
    from paid
    group by department_code, fiscal_year
),

month_ends as (
    select
        calendar_year,
        calendar_month,
        max(calendar_date) as month_end
    from calendar
    group by calendar_year, calendar_month
),

months as (
    select
        last_months.department_code,
        last_months.fiscal_year,
        month_ends.calendar_month as month_no,
        month_ends.month_end
    from last_months
    inner join month_ends
        on
            last_months.fiscal_year = month_ends.calendar_year
            and last_months.last_month_no >= month_ends.calendar_month
),

budgeted as (
    select
        months.department_code,
        months.fiscal_year,
        months.month_no,
        sum(allocations.amount_yuan) as budget_yuan
    from months
    inner join allocations
        on
            months.department_code = allocations.department_code
            and months.fiscal_year = allocations.fiscal_year
            and months.month_end >= allocations.issued_on
    group by months.department_code, months.fiscal_year, months.month_no
),

cumulated as (
    select
        months.department_code,
        months.fiscal_year,
        months.month_no,
        months.month_end,
        budgeted.budget_yuan,
        {{ zero_or_unknown('paid.spent_yuan') }} as spent_yuan,
        sum(coalesce(paid.spent_yuan, 0)) over (
            partition by months.department_code, months.fiscal_year
            order by months.month_no
        ) as spent_to_date_yuan
    from months
    left join budgeted
        on
            months.department_code = budgeted.department_code
            and months.fiscal_year = budgeted.fiscal_year
            and months.month_no = budgeted.month_no
    left join paid
        on
            months.department_code = paid.department_code
            and months.fiscal_year = paid.fiscal_year
            and months.month_no = paid.month_no
    left join known_months
        on
            months.department_code = known_months.department_code
            and months.fiscal_year = known_months.fiscal_year
            and months.month_no = known_months.month_no
),

rated as (
    select
        *,
        100 * {{ exact_ratio('spent_to_date_yuan', 'budget_yuan') }} as spending_progress_pct,
        100 * {{ exact_ratio('month_no', '12') }} as calendar_progress_pct
    from cumulated
)

select
    department_code,
    fiscal_year,
    cast(month_no as integer) as month_no,
    {{ first_day_of_month('fiscal_year', 'month_no') }} as month_start,
    month_end,
    cast(budget_yuan as decimal(18, 2)) as budget_yuan,
    cast(spent_yuan as decimal(18, 2)) as spent_yuan,
    cast(spent_to_date_yuan as decimal(18, 2)) as spent_to_date_yuan,
    cast(spending_progress_pct as decimal(18, 6)) as spending_progress_pct,
    cast(calendar_progress_pct as decimal(18, 6)) as calendar_progress_pct,
    cast(spending_progress_pct - calendar_progress_pct as decimal(18, 6)) as deviation_pp
from rated
