-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per version of an intention, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('procurement', 'procurement_intentions'),
        'procurement_intentions',
        key=['intention_no', 'version_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    sequence_no,
    intention_no,
    version_no,
    project_name,
    requirement,
    budget_yuan,
    expected_month,
    is_for_sme,
    published_on,
    remark,
    submission_id,
    sheet,
    row_number
from landed
