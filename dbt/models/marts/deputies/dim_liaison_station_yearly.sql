-- Grain: one row per department, fiscal year and liaison station of the year-end register.
with

districts as (
    select * from {{ ref('districts') }}
),

ledger as (
    select * from {{ ref('stg_deputies__liaison_stations') }}
)

select
    department_code,
    period_year as fiscal_year,
    station_code,
    station_name,
    district_code,
    {{ code_name('districts', 'district_code', 'period_year') }} as district_name,
    street_name,
    established_on,
    coded_on,
    closed_on,
    submission_id,
    sheet,
    row_number
from ledger
