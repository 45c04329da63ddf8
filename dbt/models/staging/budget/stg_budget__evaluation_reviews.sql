-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per review of a level-3 indicator, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'evaluation_reviews'),
        'evaluation_reviews',
        key=['review_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    review_no,
    scheme_id,
    fiscal_year,
    indicator_no,
    review_score,
    reason,
    reviewer,
    reviewed_on,
    is_adopted,
    rectification,
    rectify_by,
    answer,
    evidence_no,
    closed_on,
    submission_id,
    sheet,
    row_number
from landed
