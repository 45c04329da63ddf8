-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per policy document, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'policies'),
        'policies'
    ) }}
)

select
    department_code,
    period,
    period_year,
    policy_no,
    title,
    document_no,
    policy_kind,
    issued_on,
    repealed_on,
    replaced_by,
    stages,
    submission_id,
    sheet,
    row_number
from landed
