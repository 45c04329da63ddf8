-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per document filed for the record, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'record_reviews'),
        'record_reviews'
    ) }}
)

select
    department_code,
    period,
    period_year,
    review_no,
    title,
    issuer,
    received_on,
    reviewed_on,
    result,
    submission_id,
    sheet,
    row_number
from landed
