-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per deputy and station and period, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('deputies', 'deputy_station_assignments'),
        'deputy_station_assignments'
    ) }}
)

select
    department_code,
    period,
    period_year,
    station_code,
    deputy_no,
    assigned_from,
    assigned_to,
    submission_id,
    sheet,
    row_number
from landed
