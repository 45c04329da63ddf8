-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per campaign and deputy and day, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('deputies', 'campaign_participations'),
        'campaign_participations'
    ) }}
)

select
    department_code,
    period,
    period_year,
    campaign,
    deputy_no,
    took_part_on,
    station_code,
    submission_id,
    sheet,
    row_number
from landed
