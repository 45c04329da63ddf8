-- Grain: one row per finding of financial supervision.
-- A finding belongs to the year in which it was confirmed; until then, to the year in which it was found.
-- Its kind says in which indicator it counts: a finding about a purchase or an asset is none of financial management.
with

ledger as (
    select
        *,
        cast(extract(year from coalesce(confirmed_on, found_on)) as integer) as fiscal_year
    from {{ ref('stg_budget__finance_findings') }}
),

kinds as (
    select * from {{ ref('finding_kinds') }}
)

select
    ledger.department_code,
    ledger.fiscal_year,
    ledger.finding_no,
    ledger.source,
    ledger.document_no,
    ledger.found_on,
    ledger.confirmed_on,
    ledger.confirmed_on is not null as is_confirmed,
    cast(ledger.occurred_year as integer) as occurred_year,
    ledger.finding_kind,
    kinds.counts_in,
    kinds.indicator_zh,
    ledger.about_no,
    ledger.severity,
    ledger.amount_yuan,
    ledger.rectified_on,
    ledger.submission_id,
    ledger.sheet,
    ledger.row_number
from ledger
left join kinds
    on
        ledger.finding_kind = kinds.finding_kind
        and {{ valid_in('ledger.fiscal_year', 'kinds') }}
