-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per use of a result, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'result_applications'),
        'result_applications'
    ) }}
)

select
    department_code,
    period,
    period_year,
    application_no,
    object_name,
    result,
    use_kind,
    budget_change_yuan,
    applied_on,
    is_rectification_required,
    rectified_on,
    remark,
    submission_id,
    sheet,
    row_number
from landed
