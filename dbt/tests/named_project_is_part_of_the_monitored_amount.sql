-- A failure means that a project which the report names with its amount has an initial budget that must be monitored,
-- but is not in the monitored amount, or stands there with another amount. 办公厅行政处 compares 项目库 with its corrections.
with

evidence as (
    select * from {{ ref('evidence') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

named_projects as (
    select evidence.*
    from evidence
    inner join parameters
        on
            parameters.parameter = 'monitor_threshold_yuan'
            and {{ valid_in('evidence.fiscal_year', 'parameters') }}
            and evidence.measure >= parameters.value
    where
        evidence.figure_id in (
            'monitoring.it_operations', 'monitoring.congress_session', 'monitoring.other_operations'
        )
)

select
    named_projects.department_code,
    named_projects.fiscal_year,
    named_projects.figure_id,
    named_projects.fact_key,
    named_projects.measure,
    monitored.measure as monitored_measure
from named_projects
left join evidence as monitored
    on
        monitored.figure_id = 'monitoring.amount'
        and named_projects.department_code = monitored.department_code
        and named_projects.fiscal_year = monitored.fiscal_year
        and named_projects.fact_key = monitored.fact_key
where monitored.measure is null or monitored.measure <> named_projects.measure
