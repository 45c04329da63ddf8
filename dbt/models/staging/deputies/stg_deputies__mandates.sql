-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per person and congress, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('deputies', 'mandates'),
        'mandates'
    ) }}
)

select
    department_code,
    period,
    period_year,
    mandate_no,
    deputy_no,
    congress_level,
    delegation,
    district_code,
    mandate_from,
    mandate_to,
    end_reason,
    submission_id,
    sheet,
    row_number
from landed
