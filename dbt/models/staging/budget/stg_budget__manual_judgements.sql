-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per component of an indicator that a person judged, per department and period; the rows current as of
-- `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'manual_judgements'),
        'manual_judgements'
    ) }}
)

select
    department_code,
    period,
    period_year,
    scheme_id,
    indicator_no,
    component_no,
    judged_band,
    judged_share_pct,
    reason,
    evidence_no,
    judged_by,
    judged_on,
    submission_id,
    sheet,
    row_number
from landed
