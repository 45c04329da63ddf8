-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per opinion, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'legislative_opinions'),
        'legislative_opinions',
        key=['opinion_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    opinion_no,
    bill_no,
    proposer_kind,
    deputy_no,
    channel,
    submitted_on,
    opinion_text,
    is_adopted,
    submission_id,
    sheet,
    row_number
from landed
