-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per project, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'projects'),
        'projects'
    ) }}
)

select
    department_code,
    period,
    period_year,
    sequence_no,
    project_code,
    project_name,
    responsible_unit,
    project_category,
    initial_budget_yuan,
    start_month,
    end_month,
    remark,
    submission_id,
    sheet,
    row_number
from landed
