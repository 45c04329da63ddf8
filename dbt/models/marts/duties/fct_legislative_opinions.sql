-- Grain: one row per opinion on a bill; its text is not here.
with

ledger as (
    select * from {{ ref('stg_duties__legislative_opinions') }}
)

select
    department_code,
    cast(extract(year from submitted_on) as integer) as fiscal_year,
    opinion_no,
    bill_no,
    proposer_kind,
    deputy_no,
    channel,
    submitted_on,
    is_adopted,
    submission_id,
    sheet,
    row_number
from ledger
