-- Grain: one row per department, fiscal year, survey, deputy and day; each is one person-time.
with

ledger as (
    select * from {{ ref('stg_duties__survey_participations') }}
)

select
    department_code,
    period_year as fiscal_year,
    survey_no,
    deputy_no,
    took_part_on,
    group_name,
    submission_id,
    sheet,
    row_number
from ledger
