-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per bill, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'bills'),
        'bills'
    ) }}
)

select
    department_code,
    period,
    period_year,
    bill_no,
    title,
    bill_kind,
    proposer,
    stage,
    proposed_on,
    first_deliberated_on,
    second_deliberated_on,
    third_deliberated_on,
    passed_on,
    approved_on,
    promulgated_on,
    law_no,
    withdrawn_on,
    submission_id,
    sheet,
    row_number
from landed
