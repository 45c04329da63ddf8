-- Grain: one row per figure and supervision item, participation, visit, finding or registered item that counts for it.
-- A figure of visits or findings names its subject as survey kind|kind of place or finding.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

supervision_items as (
    select * from {{ ref('fct_supervision_items') }}
),

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

registered as (
    select * from {{ ref('fct_outcome_registers') }}
),

districts as (
    select * from {{ ref('dim_district') }}
),

participations_of_surveys as (
    select
        participations.*,
        surveys.survey_kind
    from participations
    inner join surveys
        on
            participations.department_code = surveys.department_code
            and participations.fiscal_year = surveys.fiscal_year
            and participations.survey_no = surveys.survey_no
),

visits_of_surveys as (
    select
        visits.*,
        surveys.survey_kind || '|' || visits.object_kind as subject
    from visits
    inner join surveys
        on
            visits.department_code = surveys.department_code
            and visits.fiscal_year = surveys.fiscal_year
            and visits.survey_no = surveys.survey_no
),

large_projects as (
    -- 超过 excludes the bound (Civil Code art. 1259).
    select visits_of_surveys.*
    from visits_of_surveys
    inner join parameters
        on
            parameters.parameter = 'urban_renewal_investment_yuan'
            and {{ valid_in('visits_of_surveys.fiscal_year', 'parameters') }}
    where visits_of_surveys.planned_investment_yuan > parameters.value
),

findings_of_surveys as (
    select
        findings.*,
        surveys.survey_kind || '|' || findings.finding_kind as subject
    from findings
    inner join surveys
        on
            findings.department_code = surveys.department_code
            and findings.fiscal_year = surveys.fiscal_year
            and findings.survey_no = surveys.survey_no
),

registered_at_year_end as (
    -- An entry under the code of an abolished district covers no district of the year.
    select registered.*
    from registered
    inner join districts
        on
            registered.district_code = districts.district_code
            and {{ valid_in('registered.fiscal_year', 'districts') }}
    where
        registered.in_force_from <= {{ last_day_of('registered.fiscal_year') }}
        and (registered.in_force_to is null or registered.in_force_to > {{ last_day_of('registered.fiscal_year') }})
)

{{ evidence_of(
    'supervision.items', 'supervision_items', 'facts.item_no',
    where='facts.started_on is not null and facts.cancelled_on is null'
) }}
union all
{{ evidence_of(
    'supervision.law_inspections', 'supervision_items', 'facts.item_no',
    where='facts.supervision_kind = figure.subject and facts.started_on is not null and facts.cancelled_on is null'
) }}
union all
{{ evidence_of(
    'survey.enterprise_deputy_times', 'participations_of_surveys',
    "facts.survey_no || '/' || facts.deputy_no || '/' || cast(facts.took_part_on as string)",
    where='facts.survey_kind = figure.subject'
) }}
{% for figure_id in ['budget_review.deputies', 'traffic.deputies'] %}
    union all
    {{ evidence_of(
        figure_id, 'participations_of_surveys', 'facts.deputy_no', where='facts.survey_kind = figure.subject'
    ) }}
{% endfor %}
{% for figure_id in ['survey.enterprises_visited', 'survey.key_construction_projects', 'traffic.sites'] %}
    union all
    {{ evidence_of(figure_id, 'visits_of_surveys', 'facts.place_key', where='facts.subject = figure.subject') }}
{% endfor %}
union all
{{ evidence_of(
    'survey.urban_renewal_projects', 'large_projects', 'facts.place_key', where='facts.subject = figure.subject'
) }}
{% for figure_id in [
    'survey.enterprise_problems',
    'survey.enterprise_suggestions',
    'traffic.suggestions',
    'traffic.inquiry_issues',
    'budget_review.ai_problems',
] %}
    union all
    {{ evidence_of(figure_id, 'findings_of_surveys', 'facts.finding_no', where='facts.subject = figure.subject') }}
{% endfor %}
union all
{{ evidence_of(
    'supervision.snakebite_hospitals_before', 'registered', 'facts.item_no',
    where='facts.register_name = figure.subject and facts.in_force_from < facts.inspected_on'
    ~ ' and (facts.in_force_to is null or facts.in_force_to > facts.inspected_on)'
) }}
union all
{{ evidence_of(
    'supervision.snakebite_districts_covered', 'registered_at_year_end', 'facts.district_code',
    where='facts.register_name = figure.subject'
) }}
