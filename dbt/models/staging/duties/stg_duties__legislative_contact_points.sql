-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per contact point, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'legislative_contact_points'),
        'legislative_contact_points'
    ) }}
)

select
    department_code,
    period,
    period_year,
    point_no,
    point_name,
    district_code,
    established_on,
    closed_on,
    submission_id,
    sheet,
    row_number
from landed
