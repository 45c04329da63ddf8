-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per decision on two reports, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('deputies', 'same_issue_decisions'),
        'same_issue_decisions',
        key=['decision_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    decision_no,
    report_ledger,
    report_no,
    other_ledger,
    other_no,
    decision,
    decided_on,
    decided_by,
    reason,
    submission_id,
    sheet,
    row_number
from landed
