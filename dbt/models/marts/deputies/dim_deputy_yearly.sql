-- Grain: one row per department, fiscal year and deputy of the year-end register; no name and no telephone.
with

districts as (
    select * from {{ ref('districts') }}
),

ledger as (
    select * from {{ ref('stg_deputies__deputies') }}
)

select
    department_code,
    period_year as fiscal_year,
    deputy_no,
    district_code,
    {{ code_name('districts', 'district_code', 'period_year') }} as district_name,
    {{ surrogate(['department_code', 'period_year', 'deputy_no']) }} as deputy_year_key,
    submission_id,
    sheet,
    row_number
from ledger
