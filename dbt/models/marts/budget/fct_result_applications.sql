-- Grain: one row per use of a performance result.
with

ledger as (
    select * from {{ ref('stg_budget__result_applications') }}
)

select
    department_code,
    cast(extract(year from applied_on) as integer) as fiscal_year,
    application_no,
    object_name,
    result,
    use_kind,
    budget_change_yuan,
    applied_on,
    is_rectification_required,
    rectified_on,
    submission_id,
    sheet,
    row_number
from ledger
