-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per registered item and period in force, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'outcome_registers'),
        'outcome_registers'
    ) }}
)

select
    department_code,
    period,
    period_year,
    register_name,
    item_no,
    item_name,
    district_code,
    inspected_on,
    in_force_from,
    in_force_to,
    submission_id,
    sheet,
    row_number
from landed
