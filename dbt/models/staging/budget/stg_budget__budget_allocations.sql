-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per budget allocation or adjustment, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'budget_allocations'),
        'budget_allocations',
        key=['allocation_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    sequence_no,
    fiscal_year,
    agency_name,
    allocation_no,
    document_no,
    issued_on,
    source_type,
    fund_type,
    function_code,
    department_economic_code,
    government_economic_code,
    project_code,
    project_name,
    project_category,
    amount_yuan,
    remark,
    submission_id,
    sheet,
    row_number
from landed
