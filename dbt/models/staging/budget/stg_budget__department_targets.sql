-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per indicator and approved version, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'department_targets'),
        'department_targets'
    ) }}
)

select
    department_code,
    period,
    period_year,
    indicator_no,
    indicator_name,
    indicator_kind,
    operator,
    target,
    unit,
    weight,
    actual,
    grade,
    grade_share_pct,
    evidence_no,
    approved_on,
    version,
    overall_target_zh,
    overall_actual_zh,
    submission_id,
    sheet,
    row_number
from landed
