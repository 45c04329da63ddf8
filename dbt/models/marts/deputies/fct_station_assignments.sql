-- Grain: one row per department, fiscal year, deputy, station and first day at it.
with

ledger as (
    select * from {{ ref('stg_deputies__deputy_station_assignments') }}
)

select
    department_code,
    period_year as fiscal_year,
    station_code,
    deputy_no,
    assigned_from,
    assigned_to,
    submission_id,
    sheet,
    row_number
from ledger
