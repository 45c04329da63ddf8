-- Grain: one row per department and credit code of a supplier that has a contract. No account, no person to contact.
with

supplier_sizes as (
    select * from {{ ref('supplier_sizes') }}
),

contracts as (
    select * from {{ ref('fct_contracts') }}
    where credit_code is not null
),

summed as (
    select
        department_code,
        credit_code,
        count(*) as contract_count,
        cast(sum(amount_yuan) as decimal(18, 2)) as contracted_yuan,
        min(signed_on) as first_signed_on,
        max(signed_on) as last_signed_on
    from contracts
    group by department_code, credit_code
),

by_age as (
    select
        *,
        row_number() over (
            partition by department_code, credit_code
            order by signed_on desc nulls last, contract_no desc
        ) as place
    from contracts
)

select
    by_age.department_code,
    by_age.credit_code,
    by_age.supplier_name,
    {{ is_valid_credit_code('by_age.credit_code') }} as is_valid_credit_code,
    by_age.supplier_size,
    {{ code_name('supplier_sizes', 'by_age.supplier_size', 'extract(year from summed.last_signed_on)') }}
        as supplier_size_name,
    by_age.is_sme,
    by_age.is_small_micro,
    cast(summed.contract_count as integer) as contract_count,
    summed.contracted_yuan,
    summed.first_signed_on,
    summed.last_signed_on,
    by_age.submission_id,
    by_age.sheet,
    by_age.row_number
from by_age
inner join summed
    on
        by_age.department_code = summed.department_code
        and by_age.credit_code = summed.credit_code
where by_age.place = 1
