-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per agenda item, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'agenda_items'),
        'agenda_items'
    ) }}
)

select
    department_code,
    period,
    period_year,
    agenda_no,
    title,
    agenda_kind,
    submitting_body,
    planned_month,
    planned_meeting_no,
    adjusted_meeting_no,
    adjusted_on,
    meeting_no,
    sent_for_comment_on,
    formally_sent_on,
    heard_on,
    voted_on,
    is_passed,
    steps_done,
    published_on,
    bill_no,
    submission_id,
    sheet,
    row_number
from landed
