-- Grain: one row per budget allocation or adjustment.
with

ledger as (
    select * from {{ ref('stg_budget__budget_allocations') }}
)

select
    department_code,
    cast(fiscal_year as integer) as fiscal_year,
    allocation_no,
    document_no,
    issued_on,
    source_type,
    fund_type,
    function_code,
    department_economic_code,
    government_economic_code,
    project_code,
    project_category,
    amount_yuan,
    submission_id,
    sheet,
    row_number
from ledger
