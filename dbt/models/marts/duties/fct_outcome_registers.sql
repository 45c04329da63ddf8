-- Grain: one row per department, fiscal year, register, registered item and period in force.
with

ledger as (
    select * from {{ ref('stg_duties__outcome_registers') }}
)

select
    department_code,
    period_year as fiscal_year,
    register_name,
    item_no,
    item_name,
    district_code,
    inspected_on,
    in_force_from,
    in_force_to,
    submission_id,
    sheet,
    row_number
from ledger
