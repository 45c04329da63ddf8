-- Grain: one row per department, fiscal year and organisational unit of the year-end register.
with

ledger as (
    select * from {{ ref('stg_organisation__org_units') }}
)

select
    department_code,
    period_year as fiscal_year,
    unit_code,
    unit_name,
    unit_kind,
    parent_code,
    in_force_from,
    in_force_to,
    submission_id,
    sheet,
    row_number
from ledger
