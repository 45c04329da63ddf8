-- Grain: one row per department, fiscal year and mandate of the year-end register.
with

districts as (
    select * from {{ ref('districts') }}
),

congress_levels as (
    select * from {{ ref('congress_levels') }}
),

ledger as (
    select * from {{ ref('stg_deputies__mandates') }}
)

select
    department_code,
    period_year as fiscal_year,
    mandate_no,
    deputy_no,
    congress_level,
    {{ code_name('congress_levels', 'congress_level', 'period_year') }} as congress_level_name,
    delegation,
    district_code,
    {{ code_name('districts', 'district_code', 'period_year') }} as district_name,
    mandate_from,
    mandate_to,
    end_reason,
    submission_id,
    sheet,
    row_number
from ledger
