-- Grain: one row per budget allocation or adjustment.
with

government_economic_codes as (
    select * from {{ ref('government_economic_codes') }}
),

department_economic_codes as (
    select * from {{ ref('department_economic_codes') }}
),

function_codes as (
    select * from {{ ref('function_codes') }}
),

fund_types as (
    select * from {{ ref('fund_types') }}
),

project_categories as (
    select * from {{ ref('project_categories') }}
),

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
    {{ code_name('fund_types', 'fund_type', 'fiscal_year') }} as fund_type_name,
    function_code,
    {{ code_name('function_codes', 'function_code', 'fiscal_year') }} as function_name,
    department_economic_code,
    {{ code_name('department_economic_codes', 'department_economic_code', 'fiscal_year') }} as department_economic_name,
    government_economic_code,
    {{ code_name('government_economic_codes', 'government_economic_code', 'fiscal_year') }} as government_economic_name,
    project_code,
    project_category,
    {{ code_name('project_categories', 'project_category', 'fiscal_year') }} as project_category_name,
    amount_yuan,
    {{ surrogate(['department_code', 'fiscal_year', 'project_code']) }} as project_year_key,
    submission_id,
    sheet,
    row_number
from ledger
