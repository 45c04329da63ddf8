-- Grain: one row per contract or supplementary agreement.
-- A contract is signed on the later of its two signatures; with one of them it is not signed.
with

supplier_sizes as (
    select * from {{ ref('supplier_sizes') }}
),

ledger as (
    select
        *,
        case when signed_by_buyer_on > signed_by_supplier_on then signed_by_buyer_on else signed_by_supplier_on end
            as later_signed_on,
        signed_by_buyer_on is not null and signed_by_supplier_on is not null as is_signed
    from {{ ref('stg_procurement__contracts') }}
),

procurements as (
    select * from {{ ref('stg_procurement__procurements') }}
),

sizes as (
    select * from {{ ref('supplier_size_codes') }}
),

judged as (
    select
        ledger.*,
        procurements.procurement_category,
        coalesce(procurements.is_secret, false) as is_procurement_secret,
        sizes.supplier_size,
        sizes.is_sme,
        sizes.is_small_micro,
        -- Goods are judged by who makes them, works and services by who does them. What is subcontracted or done
        -- together goes to others than the supplier, so its size says nothing.
        case
            when ledger.sme_reserve_form in ('联合体', '合同分包') then true
            when procurements.procurement_category = 'A' then ledger.is_manufacturer_sme
            else sizes.is_sme
        end as is_done_by_sme
    from ledger
    left join procurements
        on
            ledger.department_code = procurements.department_code
            and ledger.procurement_no = procurements.procurement_no
    left join sizes
        on
            ledger.source_system = sizes.source_system
            and ledger.supplier_size_raw = sizes.raw_code
)

select
    department_code,
    cast(coalesce(case when is_signed then extract(year from later_signed_on) end, period_year) as integer)
        as fiscal_year,
    contract_no,
    {{ name_unless_secret('contract_name', 'is_procurement_secret') }} as contract_name,
    procurement_no,
    responsible_unit,
    supplier_name,
    credit_code,
    supplier_size,
    {{ code_name('supplier_sizes', 'supplier_size', 'period_year') }} as supplier_size_name,
    is_sme,
    is_small_micro,
    is_manufacturer_sme,
    amount_yuan,
    signed_by_supplier_on,
    signed_by_buyer_on,
    case when is_signed then later_signed_on end as signed_on,
    published_on,
    filed_on,
    filed_with_finance_on,
    sme_reserve_form,
    sme_reserved_yuan,
    -- What is said not to be reserved counts for nothing, whatever amount was left in its row; a supplementary
    -- agreement adds to a contract that was reserved or not, and reserves nothing itself.
    case
        when sme_reserve_form <> '不预留' and sme_reserved_yuan > 0 and is_supplementary is not true
            then case when is_done_by_sme then sme_reserved_yuan else 0 end
    end as sme_reserve_counted_yuan,
    is_supplementary,
    original_contract_no,
    is_secret,
    delivered_on,
    is_paid_after_acceptance,
    accepted_on,
    acceptance_due_on,
    cast(payment_term_days as integer) as payment_term_days,
    submission_id,
    sheet,
    row_number
from judged
