-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per person whatever mandates are held, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('deputies', 'deputies'),
        'deputies'
    ) }}
)

select
    department_code,
    period,
    period_year,
    deputy_no,
    deputy_name,
    phone,
    district_code,
    submission_id,
    sheet,
    row_number
from landed
