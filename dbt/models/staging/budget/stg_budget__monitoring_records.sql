-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per project and monitored period, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'monitoring_records'),
        'monitoring_records',
        key=['project_code', 'monitoring_period']
    ) }}
)

select
    department_code,
    period,
    period_year,
    sequence_no,
    project_code,
    project_name,
    monitoring_period,
    spent_yuan,
    spending_progress_pct,
    target_progress_pct,
    deviation_zh,
    measure_taken_zh,
    filed_on,
    submission_id,
    sheet,
    row_number
from landed
