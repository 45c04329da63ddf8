-- A failure means that two ledgers of performance management contradict each other, by `check_name`:
--   transfers_balance          money moved between allocations (调剂) was given but not taken, or taken but not given;
--   indicator_has_an_actual    the year's target forms were handed in with actual values, but one indicator has none;
--   monitored_spending_is_paid the spending in a monitoring report is not what the treasury had paid by then.
-- 办公厅行政处 compares the ledgers and hands the wrong one in again. Money is compared in fen.
{{ config(severity='warn') }}
with

{{ ledger_gaps() }},

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
    where source_type = '调剂'
),

indicators as (
    select * from {{ ref('fct_performance_targets') }}
),

records as (
    select * from {{ ref('fct_monitoring_records') }}
),

periods as (
    select * from {{ ref('monitoring_periods') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
    where not is_prior_year_refund
),

transfers as (
    -- What one department gives another takes: only what is left over all of them was not given or not taken.
    select
        department_code,
        fiscal_year,
        sum(cast(amount_yuan * 100 as bigint)) as fen,
        sum(sum(cast(amount_yuan * 100 as bigint))) over (partition by fiscal_year) as fen_of_all
    from allocations
    group by department_code, fiscal_year
),

years_with_actuals as (
    select distinct
        department_code,
        fiscal_year
    from indicators
    where actual_value is not null
),

paid as (
    select
        records.department_code,
        records.fiscal_year,
        records.project_code,
        records.monitoring_period,
        cast(max(records.spent_yuan) * 100 as bigint) as reported_fen,
        coalesce(sum(cast(payments.amount_yuan * 100 as bigint)), 0) as paid_fen
    from records
    inner join periods
        on
            records.period_name = periods.period_name
            and {{ valid_in('records.fiscal_year', 'periods') }}
    left join payments
        on
            records.department_code = payments.department_code
            and records.fiscal_year = payments.fiscal_year
            and records.project_code = payments.project_code
            and payments.cleared_on
            <= cast(cast(records.fiscal_year as varchar) || '-' || periods.ends_month_day as date)
    group by records.department_code, records.fiscal_year, records.project_code, records.monitoring_period
)

select
    'transfers_balance' as check_name,
    department_code,
    fiscal_year,
    '调剂' as business_key
from transfers
where
    fen <> 0
    and fen_of_all <> 0
    and fiscal_year not in (
        select gaps.fiscal_year from gaps
        where gaps.ledger = 'budget_allocations'
    )
union all
select
    'indicator_has_an_actual' as check_name,
    indicators.department_code,
    indicators.fiscal_year,
    indicators.project_code || '|' || cast(indicators.indicator_no as varchar) as business_key
from indicators
inner join years_with_actuals
    on
        indicators.department_code = years_with_actuals.department_code
        and indicators.fiscal_year = years_with_actuals.fiscal_year
where indicators.actual_value is null
union all
select
    'monitored_spending_is_paid' as check_name,
    department_code,
    fiscal_year,
    project_code || '|' || monitoring_period as business_key
from paid
where
    reported_fen <> paid_fen
    and {{ stands_whole('paid', ['payments']) }}
