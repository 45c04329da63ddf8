-- Grain: one row per agenda item of a year's register.
-- An item is due in the meeting of the annual plan, or where the chairpersons' meeting moved it before that meeting was
-- over. A change written down later is none: the item stays due where it was.
with

ledger as (
    select
        *,
        period_year as fiscal_year
    from {{ ref('stg_duties__agenda_items') }}
),

meetings as (
    select * from {{ ref('dim_meeting') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

required_steps as (
    select * from {{ ref('decision_steps') }}
),

planned as (
    select
        ledger.*,
        coalesce(
            planned_meetings.closed_on,
            cast({{ dbt.last_day('ledger.planned_month', 'month') }} as date)
        ) as planned_by,
        adjusted_meetings.closed_on as adjusted_by
    from ledger
    left join meetings as planned_meetings
        on
            ledger.department_code = planned_meetings.department_code
            and ledger.planned_meeting_no = planned_meetings.meeting_no
    left join meetings as adjusted_meetings
        on
            ledger.department_code = adjusted_meetings.department_code
            and ledger.adjusted_meeting_no = adjusted_meetings.meeting_no
),

adjusted as (
    select
        *,
        coalesce(adjusted_on <= coalesce(planned_by, adjusted_by), false) as is_formally_adjusted
    from planned
),

due as (
    select
        *,
        case
            when is_formally_adjusted then adjusted_meeting_no is not null
            else planned_meeting_no is not null or planned_month is not null
        end as is_on_plan,
        case when is_formally_adjusted then adjusted_meeting_no else planned_meeting_no end as due_meeting_no,
        case when is_formally_adjusted then adjusted_by else planned_by end as due_by
    from adjusted
),

steps as (
    select
        ledger.department_code,
        ledger.fiscal_year,
        ledger.agenda_no,
        count(*) as required_count,
        sum(
            case
                when '、' || replace(ledger.steps_done, ' ', '') || '、' like '%、' || required_steps.name_zh || '、%'
                    then 1
                else 0
            end
        ) as done_count
    from ledger
    inner join required_steps
        on {{ valid_in('ledger.fiscal_year', 'required_steps') }}
    where ledger.steps_done is not null
    group by ledger.department_code, ledger.fiscal_year, ledger.agenda_no
),

met as (
    select
        due.*,
        meetings.opened_on as met_on,
        meetings.body as meeting_body
    from due
    left join meetings
        on
            due.department_code = meetings.department_code
            and due.meeting_no = meetings.meeting_no
),

clocked as (
    select
        *,
        {{ dbt.datediff('sent_for_comment_on', 'met_on', 'day') }} as comment_days,
        {{ dbt.datediff('formally_sent_on', 'met_on', 'day') }} as sent_days,
        coalesce(
            due_meeting_no = meeting_no,
            due_meeting_no is null and heard_on between planned_month and due_by
        ) as is_where_due
    from met
)

select
    clocked.department_code,
    clocked.fiscal_year,
    clocked.agenda_no,
    clocked.title,
    clocked.agenda_kind,
    clocked.submitting_body,
    clocked.planned_month,
    clocked.planned_meeting_no,
    clocked.adjusted_meeting_no,
    clocked.adjusted_on,
    clocked.is_formally_adjusted,
    clocked.is_on_plan,
    clocked.due_meeting_no,
    clocked.due_by,
    clocked.meeting_no,
    clocked.meeting_body,
    clocked.sent_for_comment_on,
    cast(clocked.comment_days as integer) as sent_for_comment_days,
    clocked.comment_days >= comment_limit.value as is_sent_for_comment_in_time,
    clocked.formally_sent_on,
    cast(clocked.sent_days as integer) as formally_sent_days,
    clocked.sent_days >= send_limit.value as is_formally_sent_in_time,
    clocked.heard_on,
    case
        when clocked.is_on_plan then clocked.heard_on is not null and coalesce(clocked.is_where_due, false)
    end as is_heard_on_time,
    clocked.voted_on,
    clocked.is_passed,
    case when clocked.is_on_plan then coalesce(clocked.voted_on <= clocked.due_by, false) end as is_decided_on_time,
    cast(steps.required_count as integer) as steps_required_count,
    cast(steps.done_count as integer) as steps_done_count,
    steps.done_count = steps.required_count as is_procedure_complete,
    clocked.published_on,
    clocked.bill_no,
    clocked.submission_id,
    clocked.sheet,
    clocked.row_number
from clocked
left join parameters as comment_limit
    on
        comment_limit.parameter = 'report_comment_days'
        and {{ valid_in('clocked.fiscal_year', 'comment_limit') }}
left join parameters as send_limit
    on
        send_limit.parameter = 'report_send_days'
        and {{ valid_in('clocked.fiscal_year', 'send_limit') }}
left join steps
    on
        clocked.department_code = steps.department_code
        and clocked.fiscal_year = steps.fiscal_year
        and clocked.agenda_no = steps.agenda_no
