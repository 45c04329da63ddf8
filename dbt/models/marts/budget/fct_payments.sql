-- Grain: one row per payment voucher; no payee, because payees may be persons.
with

ledger as (
    select * from {{ ref('int_budget__payments_netted') }}
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
    spending_kind,
    fund_type,
    function_code,
    department_economic_code,
    government_economic_code,
    payment_method,
    contract_no,
    is_refund,
    original_voucher_no,
    is_prior_year_refund,
    amount_yuan,
    submission_id,
    sheet,
    row_number
from ledger
