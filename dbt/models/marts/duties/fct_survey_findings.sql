-- Grain: one row per department, fiscal year and finding of a survey.
with

ledger as (
    select * from {{ ref('stg_duties__survey_findings') }}
)

select
    department_code,
    period_year as fiscal_year,
    finding_no,
    survey_no,
    finding_kind,
    raised_on,
    finding_text,
    submission_id,
    sheet,
    row_number
from ledger
