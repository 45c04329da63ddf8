-- Grain: one row per department, fiscal year and deputy of the year-end register; no name and no telephone.
with

ledger as (
    select * from {{ ref('stg_deputies__deputies') }}
)

select
    department_code,
    period_year as fiscal_year,
    deputy_no,
    district_code,
    submission_id,
    sheet,
    row_number
from ledger
