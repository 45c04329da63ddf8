-- Grain: one row per project and performance indicator, per department and period; the rows current as of `as_of`.
-- Targets and actual values are texts as offices write them; where one is a plain number, it stands beside as a number.
with

landed as (
    {{ current_rows(source('budget', 'performance_targets'), 'performance_targets') }}
)

select
    department_code,
    period,
    period_year,
    project_code,
    project_name,
    division,
    filed_on,
    approved_on,
    returned_count,
    overall_target_zh,
    overall_actual_zh,
    indicator_no,
    level1,
    level2,
    indicator_name,
    operator,
    target_value,
    {{ number_in('target_value') }} as target_number,
    unit,
    weight,
    actual_value,
    {{ number_in('actual_value') }} as actual_number,
    as_of as counted_up_to,
    self_points,
    deviation_zh,
    submission_id,
    sheet,
    row_number
from landed
