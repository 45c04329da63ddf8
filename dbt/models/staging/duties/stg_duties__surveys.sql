-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per survey, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'surveys'),
        'surveys'
    ) }}
)

select
    department_code,
    period,
    period_year,
    survey_no,
    survey_name,
    survey_kind,
    responsible_unit,
    started_on,
    finished_on,
    submission_id,
    sheet,
    row_number
from landed
