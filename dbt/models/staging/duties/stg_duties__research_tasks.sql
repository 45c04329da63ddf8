-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per research task, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'research_tasks'),
        'research_tasks'
    ) }}
)

select
    department_code,
    period,
    period_year,
    task_no,
    topic,
    unit,
    planned_start_on,
    planned_finish_on,
    started_on,
    finished_on,
    report_submitted_on,
    outcome,
    submission_id,
    sheet,
    row_number
from landed
