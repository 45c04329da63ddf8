-- Grain: one row per figure and agenda item, bill, opinion or other duty that counts for it.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

items as (
    select * from {{ ref('fct_agenda_items') }}
),

votes as (
    -- A vote counts in its own year, whichever year's register tells of it; without a date in that of the register.
    select
        department_code,
        cast(coalesce(extract(year from voted_on), fiscal_year) as integer) as fiscal_year,
        agenda_no,
        agenda_kind,
        voted_on,
        is_passed,
        is_procedure_complete,
        submission_id,
        sheet,
        row_number
    from items
),

heard_items as (
    -- What was heard counts in the year of the day, whichever year's register tells of it.
    select
        department_code,
        cast(extract(year from heard_on) as integer) as fiscal_year,
        agenda_no,
        agenda_kind,
        meeting_body,
        submission_id,
        sheet,
        row_number
    from items
    where heard_on is not null
),

bills as (
    select * from {{ ref('fct_bills') }}
),

opinions as (
    select * from {{ ref('fct_legislative_opinions') }}
),

contact_points as (
    select * from {{ ref('dim_legislative_contact_point_yearly') }}
),

reviews as (
    select * from {{ ref('fct_record_reviews') }}
),

appointments as (
    select * from {{ ref('fct_appointments') }}
),

research_tasks as (
    select * from {{ ref('fct_research_tasks') }}
),

support as (
    select * from {{ ref('fct_meeting_support') }}
),

cells as (
    select * from {{ ref('fct_publication_cells') }}
),

cells_of_laws as (
    select
        department_code,
        fiscal_year,
        bill_no,
        min(case when is_published_in_time then 1 else 0 end) as is_complete
    from cells
    group by department_code, fiscal_year, bill_no
),

published_laws as (
    select bills.*
    from bills
    inner join cells_of_laws
        on
            bills.department_code = cells_of_laws.department_code
            and bills.fiscal_year = cells_of_laws.fiscal_year
            and bills.bill_no = cells_of_laws.bill_no
    where cells_of_laws.is_complete = 1
),

disturbed_meetings as (
    select distinct
        support.department_code,
        support.fiscal_year,
        support.meeting_no
    from support
    inner join figure_catalogue
        on
            figure_catalogue.figure_id = 'duty.meetings_without_serious_incident'
            and support.severity = figure_catalogue.subject
),

undisturbed_support as (
    select support.*
    from support
    left join disturbed_meetings
        on
            support.department_code = disturbed_meetings.department_code
            and support.fiscal_year = disturbed_meetings.fiscal_year
            and support.meeting_no = disturbed_meetings.meeting_no
    where disturbed_meetings.meeting_no is null
)

{{ evidence_of(
    'legislation.bills_deliberated', 'bills', 'facts.bill_no', where='facts.deliberations_in_year_count >= 1'
) }}
union all
{{ evidence_of(
    'legislation.bills_passed', 'bills', 'facts.bill_no',
    where='extract(year from facts.passed_on) = facts.fiscal_year'
) }}
union all
{{ evidence_of(
    'legislation.bills_repealing', 'bills', 'facts.bill_no',
    where='facts.bill_kind = figure.subject and extract(year from facts.passed_on) = facts.fiscal_year'
) }}
union all
{{ evidence_of(
    'agenda.items_heard', 'heard_items', 'facts.agenda_no', where='facts.meeting_body = figure.subject'
) }}
union all
{{ evidence_of(
    'agenda.special_reports_heard', 'heard_items', 'facts.agenda_no',
    where="facts.meeting_body || '|' || facts.agenda_kind = figure.subject"
) }}
union all
{{ evidence_of(
    'legislation.deputy_opinions', 'opinions', 'facts.opinion_no', where='facts.proposer_kind = figure.subject'
) }}
union all
{{ evidence_of(
    'legislation.new_contact_points', 'contact_points', 'facts.point_no', where='facts.is_new_in_year'
) }}
union all
{{ evidence_of('review.documents', 'reviews', 'facts.review_no', where='facts.is_reviewed_in_year') }}
union all
{{ evidence_of(
    'resolutions.adopted', 'votes', 'facts.agenda_no', where='facts.agenda_kind = figure.subject and facts.is_passed'
) }}
union all
{{ evidence_of('appointments.person_times', 'appointments', 'facts.appointment_no') }}
{%- set conditions = {
    'duty.special_reports_planned': 'facts.is_on_plan',
    'duty.special_reports_heard_on_time': 'facts.is_heard_on_time',
    'duty.major_matters_planned': 'facts.is_on_plan',
    'duty.major_matters_decided_on_time': 'facts.is_decided_on_time',
} %}
{% for figure_id, condition in conditions.items() %}
    union all
    {{ evidence_of(
        figure_id, 'items', 'facts.agenda_no', where='facts.agenda_kind = figure.subject and ' ~ condition
    ) }}
{% endfor %}
union all
{{ evidence_of(
    'duty.major_matters_decided', 'votes', 'facts.agenda_no',
    where='facts.agenda_kind = figure.subject and facts.voted_on is not null'
) }}
union all
{{ evidence_of(
    'duty.major_matters_compliant', 'votes', 'facts.agenda_no',
    where='facts.agenda_kind = figure.subject and facts.voted_on is not null and facts.is_procedure_complete'
) }}
union all
{{ evidence_of('duty.surveys_planned', 'research_tasks', 'facts.task_no') }}
union all
{{ evidence_of(
    'duty.surveys_finished_on_time', 'research_tasks', 'facts.task_no', where='facts.is_finished_on_time'
) }}
union all
{{ evidence_of('duty.meetings_supported', 'support', 'facts.meeting_no') }}
union all
{{ evidence_of('duty.meetings_without_serious_incident', 'undisturbed_support', 'facts.meeting_no') }}
union all
{{ evidence_of('duty.laws_promulgated', 'bills', 'facts.bill_no', where='facts.is_promulgated_in_year') }}
union all
{{ evidence_of('duty.laws_fully_published', 'published_laws', 'facts.bill_no') }}
union all
{{ evidence_of(
    'duty.publication_cells_required', 'cells', "facts.bill_no || '/' || facts.document || '/' || facts.medium"
) }}
union all
{{ evidence_of(
    'duty.publication_cells_filled', 'cells', "facts.bill_no || '/' || facts.document || '/' || facts.medium",
    where='facts.is_published_in_time'
) }}
