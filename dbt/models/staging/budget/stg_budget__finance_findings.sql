-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per finding, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'finance_findings'),
        'finance_findings',
        key=['finding_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    finding_no,
    source,
    document_no,
    found_on,
    confirmed_on,
    occurred_year,
    finding_kind,
    severity,
    amount_yuan,
    rectified_on,
    about_no,
    remark,
    submission_id,
    sheet,
    row_number
from landed
