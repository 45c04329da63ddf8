-- Grain: one row per monitoring report that a project owes, whether it was filed or not.
-- "500 万元以上" includes the bound (Civil Code art. 1259) and is tested on the initial budget.
with

projects as (
    select * from {{ ref('dim_project_yearly') }}
    where spending_kind = '项目支出'
),

records as (
    select * from {{ ref('fct_monitoring_records') }}
),

periods as (
    select * from {{ ref('monitoring_periods') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

owed as (
    select
        projects.*,
        periods.period_name,
        {{ day_of_year('projects.fiscal_year', 'periods.ends_month_day') }} as period_ends_on,
        time_allowed.value as days_allowed
    from projects
    inner join periods
        on {{ valid_in('projects.fiscal_year', 'periods') }}
    inner join parameters as threshold
        on
            threshold.parameter = 'monitor_threshold_yuan'
            and {{ valid_in('projects.fiscal_year', 'threshold') }}
            and (projects.spending_kind = periods.obliged or projects.initial_budget_yuan >= threshold.value)
    inner join parameters as time_allowed
        on
            time_allowed.parameter = 'monitor_report_days'
            and {{ valid_in('projects.fiscal_year', 'time_allowed') }}
),

dated as (
    select
        *,
        {{ deadline_after_days('owed.period_ends_on', 'owed.days_allowed') }} as due_on
    from owed
)

select
    dated.department_code,
    dated.fiscal_year,
    dated.project_code,
    dated.project_name,
    dated.responsible_unit,
    dated.initial_budget_yuan,
    dated.period_name,
    dated.period_ends_on,
    dated.due_on,
    records.filed_on,
    coalesce(records.filed_on <= dated.due_on, false) as is_on_time,
    dated.submission_id,
    dated.sheet,
    dated.row_number
from dated
left join records
    on
        dated.department_code = records.department_code
        and dated.fiscal_year = records.fiscal_year
        and dated.project_code = records.project_code
        and dated.period_name = records.period_name
