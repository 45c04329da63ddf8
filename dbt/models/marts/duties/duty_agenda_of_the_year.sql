-- Grain: one row per department, fiscal year, meeting and kind of agenda item.
-- An item counts as planned in the meeting where it was due, and as heard in the meeting that heard it.
with

items as (
    select * from {{ ref('fct_agenda_items') }}
),

meetings as (
    select * from {{ ref('dim_meeting') }}
),

places as (
    select
        department_code,
        fiscal_year,
        due_meeting_no as meeting_no,
        agenda_kind,
        1 as planned,
        case when is_heard_on_time then 1 else 0 end as on_time,
        0 as heard,
        0 as passed
    from items
    where is_on_plan and due_meeting_no is not null
    union all
    select
        department_code,
        fiscal_year,
        meeting_no,
        agenda_kind,
        0 as planned,
        0 as on_time,
        1 as heard,
        case when is_passed then 1 else 0 end as passed
    from items
    where heard_on is not null and meeting_no is not null
)

select
    places.department_code,
    places.fiscal_year,
    places.meeting_no,
    places.agenda_kind,
    min(meetings.meeting_name) as meeting_name,
    min(meetings.body) as body,
    min(meetings.opened_on) as opened_on,
    cast(sum(places.planned) as integer) as planned_count,
    cast(sum(places.on_time) as integer) as heard_on_time_count,
    cast(sum(places.heard) as integer) as heard_count,
    cast(sum(places.passed) as integer) as passed_count
from places
left join meetings
    on
        places.department_code = meetings.department_code
        and places.meeting_no = meetings.meeting_no
group by places.department_code, places.fiscal_year, places.meeting_no, places.agenda_kind
