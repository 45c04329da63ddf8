-- Grain: one row per figure and suggestion, opinion, case, station or assignment that counts for it.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

suggestions as (
    select * from {{ ref('fct_suggestions') }}
),

stations as (
    select * from {{ ref('dim_liaison_station_yearly') }}
    where
        coded_on <= {{ last_day_of('fiscal_year') }}
        and established_on <= {{ last_day_of('fiscal_year') }}
        and (closed_on is null or closed_on > {{ last_day_of('fiscal_year') }})
),

assignments as (
    select * from {{ ref('fct_station_assignments') }}
    where
        assigned_from <= {{ last_day_of('fiscal_year') }}
        and (assigned_to is null or assigned_to >= {{ last_day_of('fiscal_year') }})
),

feedback as (
    select * from {{ ref('fct_station_feedback') }}
),

cases as (
    select * from {{ ref('fct_snapshot_cases') }}
),

mandates as (
    select * from {{ ref('fct_mandates') }}
),

campaign_participations as (
    select * from {{ ref('fct_campaign_participations') }}
),

closed_cases as (
    select cases.*
    from cases
    inner join parameters
        on
            parameters.parameter = 'case_cutoff_days'
            and {{ valid_in('cases.fiscal_year', 'parameters') }}
    where
        cast(cases.closed_at as date)
        <= {{ dbt.dateadd('day', 'cast(parameters.value as integer)', last_day_of('cases.fiscal_year')) }}
),

cases_with_mandates as (
    -- Who sent the case in must have held a mandate on that day. One row per case and level, also where two mandates
    -- of a level cover the day.
    select distinct
        cases.*,
        mandates.congress_level
    from cases
    inner join mandates
        on
            cases.department_code = mandates.department_code
            and cases.fiscal_year = mandates.fiscal_year
            and cases.deputy_no = mandates.deputy_no
            and cast(cases.submitted_at as date) >= mandates.mandate_from
            and (mandates.mandate_to is null or cast(cases.submitted_at as date) <= mandates.mandate_to)
)

{{ evidence_of('suggestions.all_levels', 'suggestions', 'facts.suggestion_no') }}
union all
{{ evidence_of('suggestions.all_levels_previous', 'suggestions', 'facts.suggestion_no', year_offset=-1) }}
union all
{{ evidence_of(
    'suggestions.municipal', 'suggestions', 'facts.suggestion_no',
    where='facts.congress_level = figure.subject and facts.assigned_on is not null'
) }}
union all
{{ evidence_of(
    'suggestions.municipal_previous', 'suggestions', 'facts.suggestion_no',
    where='facts.congress_level = figure.subject and facts.assigned_on is not null', year_offset=-1
) }}
union all
{{ evidence_of(
    'suggestions.key', 'suggestions', 'facts.suggestion_no',
    where='facts.congress_level = figure.subject and facts.is_key'
) }}
union all
{{ evidence_of(
    'campaign.suggestions', 'suggestions', 'facts.suggestion_no', where='facts.campaign = figure.subject'
) }}
union all
{{ evidence_of('campaign.opinions', 'feedback', 'facts.feedback_no', where='facts.campaign = figure.subject') }}
union all
{{ evidence_of(
    'campaign.problems_solved', 'feedback', 'facts.feedback_no',
    where="facts.campaign || '|' || facts.result = figure.subject"
) }}
union all
{{ evidence_of('feedback.received', 'feedback', 'facts.feedback_no') }}
union all
{{ evidence_of('feedback.solved', 'feedback', 'facts.feedback_no', where='facts.result = figure.subject') }}
union all
{{ evidence_of('stations.coded', 'stations', 'facts.station_code') }}
union all
{{ evidence_of('stations.deputies_assigned', 'assignments', 'facts.deputy_no') }}
union all
{{ evidence_of('snapshots.cases', 'cases', 'facts.case_no') }}
union all
{{ evidence_of('snapshots.closed', 'closed_cases', 'facts.case_no') }}
union all
{{ evidence_of(
    'snapshots.deputies', 'cases_with_mandates', 'facts.deputy_no', where='facts.congress_level = figure.subject'
) }}
union all
{{ evidence_of(
    'campaign.deputies', 'campaign_participations', 'facts.deputy_no', where='facts.campaign = figure.subject'
) }}
