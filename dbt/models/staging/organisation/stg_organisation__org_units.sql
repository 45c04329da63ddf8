-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per organisational unit, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('organisation', 'org_units'),
        'org_units'
    ) }}
)

select
    department_code,
    period,
    period_year,
    unit_code,
    unit_name,
    unit_kind,
    parent_code,
    in_force_from,
    in_force_to,
    submission_id,
    sheet,
    row_number
from landed
