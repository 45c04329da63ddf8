-- Grain: one row per payment voucher, with the sign and the year in which it counts.
-- A refund takes spending back, whatever sign the export gives it. A refund of an earlier year's voucher does not
-- reduce this year's spending: that money goes back to the treasury or into carried-over funds.
with

payments as (
    select * from {{ ref('stg_budget__payments') }}
),

spending_kinds as (
    select * from {{ ref('spending_kinds') }}
),

originals as (
    select
        department_code,
        voucher_no,
        min(extract(year from cleared_on)) as cleared_year
    from {{ ref('stg_budget__payments') }}
    group by department_code, voucher_no
)

select
    payments.department_code,
    cast(extract(year from payments.cleared_on) as integer) as fiscal_year,
    payments.voucher_no,
    payments.application_no,
    payments.applied_on,
    payments.cleared_on,
    payments.allocation_no,
    payments.project_code,
    payments.project_category,
    spending_kinds.spending_kind,
    payments.fund_type,
    payments.function_code,
    payments.department_economic_code,
    payments.government_economic_code,
    payments.payment_method,
    payments.purpose,
    payments.contract_no,
    payments.is_refund,
    payments.original_voucher_no,
    coalesce(
        payments.is_refund and originals.cleared_year < extract(year from payments.cleared_on), false
    ) as is_prior_year_refund,
    case when payments.is_refund then -abs(payments.amount_yuan) else payments.amount_yuan end as amount_yuan,
    payments.submission_id,
    payments.sheet,
    payments.row_number
from payments
left join spending_kinds on payments.project_category = spending_kinds.project_category
left join originals
    on
        payments.department_code = originals.department_code
        and payments.original_voucher_no = originals.voucher_no
