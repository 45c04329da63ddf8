-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per visit, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'survey_visits'),
        'survey_visits'
    ) }}
)

select
    department_code,
    period,
    period_year,
    visit_no,
    survey_no,
    visited_on,
    object_kind,
    object_name,
    object_no,
    credit_code,
    district_code,
    planned_investment_yuan,
    submission_id,
    sheet,
    row_number
from landed
