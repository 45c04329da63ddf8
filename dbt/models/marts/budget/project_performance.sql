-- Grain: one row per project of the register and fiscal year.
-- What was never handed in stays null: no form, no report and no score are not zero.
with

projects as (
    select * from {{ ref('dim_project_yearly') }}
),

forms as (
    select * from {{ ref('fct_performance_targets') }}
    where is_first_of_form
),

indicators as (
    select
        department_code,
        fiscal_year,
        project_code,
        count(*) as indicator_count,
        sum(case when is_reached then 1 else 0 end) as reached_count,
        sum(case when operator <> '定性' then 1 else 0 end) as quantitative_count
    from {{ ref('fct_performance_targets') }}
    group by department_code, fiscal_year, project_code
),

execution as (
    select * from {{ ref('budget_execution_by_project') }}
),

reports as (
    select
        department_code,
        fiscal_year,
        project_code,
        count(*) as reports_due,
        sum(case when filed_on is not null then 1 else 0 end) as reports_filed,
        sum(case when is_on_time then 1 else 0 end) as reports_on_time
    from {{ ref('monitoring_duties') }}
    group by department_code, fiscal_year, project_code
),

evaluations as (
    select * from {{ ref('fct_self_evaluations') }}
)

select
    projects.department_code,
    projects.fiscal_year,
    projects.project_code,
    projects.project_name,
    projects.responsible_unit,
    projects.spending_kind,
    forms.filed_on as targets_filed_on,
    forms.approved_on as targets_approved_on,
    forms.returned_count as targets_returned_count,
    cast(indicators.indicator_count as integer) as indicator_count,
    cast(indicators.quantitative_count as integer) as quantitative_count,
    cast(indicators.reached_count as integer) as reached_count,
    projects.initial_budget_yuan,
    execution.budget_yuan as final_budget_yuan,
    execution.spent_yuan,
    execution.rate_pct,
    cast(reports.reports_due as integer) as reports_due,
    cast(reports.reports_filed as integer) as reports_filed,
    cast(reports.reports_on_time as integer) as reports_on_time,
    evaluations.self_score,
    evaluations.review_score,
    evaluations.gap_points as review_gap_points,
    projects.submission_id,
    projects.sheet,
    projects.row_number
from projects
left join forms
    on
        projects.department_code = forms.department_code
        and projects.fiscal_year = forms.fiscal_year
        and projects.project_code = forms.project_code
left join indicators
    on
        projects.department_code = indicators.department_code
        and projects.fiscal_year = indicators.fiscal_year
        and projects.project_code = indicators.project_code
left join execution
    on
        projects.department_code = execution.department_code
        and projects.fiscal_year = execution.fiscal_year
        and projects.project_code = execution.project_code
left join reports
    on
        projects.department_code = reports.department_code
        and projects.fiscal_year = reports.fiscal_year
        and projects.project_code = reports.project_code
left join evaluations
    on
        projects.department_code = evaluations.department_code
        and projects.fiscal_year = evaluations.fiscal_year
        and projects.project_code = evaluations.project_code
