-- Grain: one row per payment voucher of the year's spending; no payee, because payees may be persons.
-- What comes back of an earlier year's vouchers is no spending of this year: fct_prior_year_refunds.
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
    select * from {{ ref('int_budget__payments_netted') }}
    where not is_prior_year_refund
)

select
    department_code,
    fiscal_year,
    voucher_no,
    applied_on,
    cleared_on,
    allocation_no,
    project_code,
    project_category,
    {{ code_name('project_categories', 'project_category', 'fiscal_year') }} as project_category_name,
    spending_kind,
    fund_type,
    {{ code_name('fund_types', 'fund_type', 'fiscal_year') }} as fund_type_name,
    function_code,
    {{ code_name('function_codes', 'function_code', 'fiscal_year') }} as function_name,
    department_economic_code,
    {{ code_name('department_economic_codes', 'department_economic_code', 'fiscal_year') }} as department_economic_name,
    government_economic_code,
    {{ code_name('government_economic_codes', 'government_economic_code', 'fiscal_year') }} as government_economic_name,
    payment_method,
    contract_no,
    is_refund,
    original_voucher_no,
    amount_yuan,
    {{ surrogate(['department_code', 'fiscal_year', 'project_code']) }} as project_year_key,
    submission_id,
    sheet,
    row_number
from ledger
