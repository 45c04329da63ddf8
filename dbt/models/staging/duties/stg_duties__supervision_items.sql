-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per supervision item, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'supervision_items'),
        'supervision_items'
    ) }}
)

select
    department_code,
    period,
    period_year,
    item_no,
    item_name,
    supervision_kind,
    responsible_unit,
    planned_start_on,
    planned_finish_on,
    started_on,
    finished_on,
    cancelled_on,
    result,
    submission_id,
    sheet,
    row_number
from landed
