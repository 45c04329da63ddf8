-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per survey and deputy and day, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'survey_participations'),
        'survey_participations'
    ) }}
)

select
    department_code,
    period,
    period_year,
    survey_no,
    deputy_no,
    took_part_on,
    group_name,
    submission_id,
    sheet,
    row_number
from landed
