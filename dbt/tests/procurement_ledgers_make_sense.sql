-- A failure means that a row of a procurement ledger contradicts itself or another ledger, so a clock or a figure may
-- be wrong. 办公厅行政处 corrects the row that is named.
{{ config(severity='warn') }}
with

{{ ledger_gaps() }},

procurements as (
    select * from {{ ref('fct_procurements') }}
),

contracts as (
    select * from {{ ref('fct_contracts') }}
),

suppliers as (
    select * from {{ ref('dim_supplier') }}
),

chain as (
    select * from {{ ref('procurement_chain') }}
)

select
    'dates run backwards' as what,
    department_code,
    procurement_no as business_key
from procurements
where award_notice_on < notice_on or award_notice_on < earlier_award_notice_on
union all
select
    'confirmed without a date' as what,
    department_code,
    procurement_no as business_key
from procurements
where
    (complaints_upheld > 0 and complaint_decided_on is null)
    or (penalties > 0 and penalised_on is null)
    or (violations_confirmed > 0 and violation_confirmed_on is null)
union all
select
    'dates run backwards' as what,
    department_code,
    chain_no as business_key
from chain
where
    signed_on < award_notice_on or published_on < signed_on or filed_on < signed_on
    or filed_with_finance_on < signed_on or delivered_on < signed_on
union all
select
    'due date is outside the calendar' as what,
    department_code,
    chain_no as business_key
from chain
where
    signing_state is null or publication_state is null or filing_state is null or record_state is null
    or finance_state is null or payment_state is null
union all
select
    'supplement names no contract of the ledger' as what,
    supplements.department_code,
    supplements.contract_no as business_key
from contracts as supplements
left join contracts as originals
    on
        supplements.department_code = originals.department_code
        and supplements.original_contract_no = originals.contract_no
where
    supplements.is_supplementary
    and originals.contract_no is null
    and not exists (
        select 1 from gaps
        where gaps.department_code = supplements.department_code and gaps.ledger = 'contracts'
    )
union all
select
    'size code of the supplier is unknown' as what,
    department_code,
    contract_no as business_key
from contracts
where supplier_size is null
union all
select
    'credit code is wrong' as what,
    department_code,
    credit_code as business_key
from suppliers
where not is_valid_credit_code
