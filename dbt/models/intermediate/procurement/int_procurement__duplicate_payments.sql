-- Grain: one row per payment whose payee was paid the same amount earlier in the same day's list.
-- The payee decides, and stays in staging: payees may be persons.
with

payments as (
    select * from {{ ref('stg_budget__payments') }}
    where not is_refund and amount_yuan > 0
),

numbered as (
    select
        *,
        row_number() over (
            partition by department_code, payee_name, amount_yuan, cleared_on
            order by voucher_no asc
        ) as place,
        min(voucher_no) over (
            partition by department_code, payee_name, amount_yuan, cleared_on
        ) as first_voucher_no
    from payments
)

select
    department_code,
    cast(extract(year from cleared_on) as integer) as fiscal_year,
    voucher_no,
    first_voucher_no,
    cleared_on,
    amount_yuan,
    submission_id,
    sheet,
    row_number
from numbered
where place > 1
