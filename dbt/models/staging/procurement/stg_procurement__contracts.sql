-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per contract or supplementary agreement, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('procurement', 'contracts'),
        'contracts',
        key=['contract_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    contract_no,
    {{ name_unless_secret('contract_name', 'is_secret') }} as contract_name,
    procurement_no,
    responsible_unit,
    supplier_name,
    credit_code,
    source_system,
    supplier_size_raw,
    is_manufacturer_sme,
    amount_yuan,
    signed_by_supplier_on,
    signed_by_buyer_on,
    published_on,
    filed_on,
    filed_with_finance_on,
    sme_reserve_form,
    sme_reserved_yuan,
    is_supplementary,
    original_contract_no,
    is_secret,
    delivered_on,
    is_paid_after_acceptance,
    accepted_on,
    acceptance_due_on,
    payment_term_days,
    submission_id,
    sheet,
    row_number
from landed
