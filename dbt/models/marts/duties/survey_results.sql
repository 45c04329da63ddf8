-- Grain: one row per department, fiscal year and survey.
-- The four sheets come in one workbook, so a survey without visits or findings really has none: 0, not missing.
with

surveys as (
    select * from {{ ref('dim_survey_yearly') }}
),

participations as (
    select * from {{ ref('fct_survey_participations') }}
),

visits as (
    select * from {{ ref('fct_survey_visits') }}
),

findings as (
    select * from {{ ref('fct_survey_findings') }}
),

participations_counted as (
    select
        department_code,
        fiscal_year,
        survey_no,
        count(*) as person_times,
        count(distinct deputy_no) as deputies
    from participations
    group by department_code, fiscal_year, survey_no
),

visits_counted as (
    select
        department_code,
        fiscal_year,
        survey_no,
        count(*) as visits,
        count(distinct place_key) as places
    from visits
    group by department_code, fiscal_year, survey_no
),

findings_counted as (
    select
        department_code,
        fiscal_year,
        survey_no,
        sum(case when finding_kind in ('问题', '突出问题', '智能识别问题') then 1 else 0 end) as problems,
        sum(case when finding_kind in ('建议', '对策建议') then 1 else 0 end) as suggestions
    from findings
    group by department_code, fiscal_year, survey_no
)

select
    surveys.department_code,
    surveys.fiscal_year,
    surveys.survey_no,
    surveys.survey_name,
    surveys.survey_kind,
    surveys.survey_kind_name,
    surveys.started_on,
    surveys.finished_on,
    cast(coalesce(participations_counted.person_times, 0) as integer) as person_time_count,
    cast(coalesce(participations_counted.deputies, 0) as integer) as deputy_count,
    cast(coalesce(visits_counted.visits, 0) as integer) as visit_count,
    cast(coalesce(visits_counted.places, 0) as integer) as place_count,
    cast(coalesce(findings_counted.problems, 0) as integer) as problem_count,
    cast(coalesce(findings_counted.suggestions, 0) as integer) as suggestion_count
from surveys
left join participations_counted
    on
        surveys.department_code = participations_counted.department_code
        and surveys.fiscal_year = participations_counted.fiscal_year
        and surveys.survey_no = participations_counted.survey_no
left join visits_counted
    on
        surveys.department_code = visits_counted.department_code
        and surveys.fiscal_year = visits_counted.fiscal_year
        and surveys.survey_no = visits_counted.survey_no
left join findings_counted
    on
        surveys.department_code = findings_counted.department_code
        and surveys.fiscal_year = findings_counted.fiscal_year
        and surveys.survey_no = findings_counted.survey_no
