-- Grain: one row per contract that a payment names.
-- Dates are those of payments, not of refunds; the amount is net of all refunds, of whatever year.
with

payments as (
    select * from {{ ref('int_budget__payments_netted') }}
    where contract_no is not null
),

contracts as (
    select * from {{ ref('stg_procurement__contracts') }}
)

select
    payments.department_code,
    payments.contract_no,
    min(case when not payments.is_refund then payments.cleared_on end) as first_paid_on,
    max(case when not payments.is_refund then payments.cleared_on end) as last_paid_on,
    min(
        case when not payments.is_refund and payments.cleared_on >= contracts.delivered_on then payments.cleared_on end
    ) as first_paid_after_delivery_on,
    cast(sum(payments.amount_yuan) as decimal(18, 2)) as paid_yuan
from payments
left join contracts
    on
        payments.department_code = contracts.department_code
        and payments.contract_no = contracts.contract_no
group by payments.department_code, payments.contract_no
