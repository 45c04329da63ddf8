-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per month and kind of post, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('organisation', 'staff_counts'),
        'staff_counts'
    ) }}
)

select
    department_code,
    period,
    period_year,
    month,
    post_kind,
    posts,
    staff,
    submission_id,
    sheet,
    row_number
from landed
