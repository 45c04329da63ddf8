-- Grain: one row per payment voucher, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(source('budget', 'payments'), 'payments') }}
)

select
    department_code,
    period,
    period_year,
    voucher_no,
    application_no,
    applied_on,
    cleared_on,
    agency_name,
    allocation_no,
    project_code,
    project_name,
    project_category,
    fund_type,
    function_code,
    department_economic_code,
    government_economic_code,
    payment_method,
    settlement_method,
    payee_name,
    payee_account,
    payee_bank,
    amount_yuan,
    purpose,
    contract_no,
    -- The national platform has no such mark: there what is paid back is negative.
    coalesce(is_refund, amount_yuan < 0) as is_refund,
    original_voucher_no,
    submission_id,
    sheet,
    row_number
from landed
