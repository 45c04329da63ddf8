-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per liaison station, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('deputies', 'liaison_stations'),
        'liaison_stations'
    ) }}
)

select
    department_code,
    period,
    period_year,
    station_code,
    station_name,
    district_code,
    street_name,
    established_on,
    coded_on,
    closed_on,
    submission_id,
    sheet,
    row_number
from landed
