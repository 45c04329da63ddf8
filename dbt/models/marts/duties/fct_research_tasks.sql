-- Grain: one row per research task of a year's plan.
with

ledger as (
    select
        *,
        period_year as fiscal_year
    from {{ ref('stg_duties__research_tasks') }}
)

select
    department_code,
    fiscal_year,
    task_no,
    topic,
    unit,
    planned_start_on,
    planned_finish_on,
    started_on,
    finished_on,
    -- Started and finished by the planned last day; not started or not finished is not in time.
    coalesce(started_on <= planned_finish_on and finished_on <= planned_finish_on, false) as is_finished_on_time,
    report_submitted_on,
    outcome,
    submission_id,
    sheet,
    row_number
from ledger
