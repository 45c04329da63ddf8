-- Grain: one row per department, fiscal year and mandate of the year-end register.
with

ledger as (
    select * from {{ ref('stg_deputies__mandates') }}
)

select
    department_code,
    period_year as fiscal_year,
    mandate_no,
    deputy_no,
    congress_level,
    delegation,
    district_code,
    mandate_from,
    mandate_to,
    end_reason,
    submission_id,
    sheet,
    row_number
from ledger
