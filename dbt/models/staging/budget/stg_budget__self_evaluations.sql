-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per project, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'self_evaluations'),
        'self_evaluations'
    ) }}
)

select
    department_code,
    period,
    period_year,
    sequence_no,
    project_code,
    project_name,
    self_score,
    review_score,
    filed_on,
    due_on,
    remark,
    submission_id,
    sheet,
    row_number
from landed
