-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per form of monitoring and indicator, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'monitoring_entries'),
        'monitoring_entries',
        key=['project_code', 'monitored_until', 'indicator_name']
    ) }}
)

select
    department_code,
    period,
    period_year,
    project_code,
    project_name,
    competent_department,
    division,
    monitored_until,
    filed_on,
    overall_target_zh,
    level1,
    level2,
    indicator_name,
    target,
    reached,
    expected,
    deviation_reason,
    likelihood,
    remedy,
    submission_id,
    sheet,
    row_number
from landed
