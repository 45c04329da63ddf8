-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per problem or suggestion, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('duties', 'survey_findings'),
        'survey_findings'
    ) }}
)

select
    department_code,
    period,
    period_year,
    finding_no,
    survey_no,
    finding_kind,
    raised_on,
    finding_text,
    submission_id,
    sheet,
    row_number
from landed
