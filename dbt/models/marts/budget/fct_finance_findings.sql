-- Grain: one row per finding of financial supervision.
-- A finding belongs to the year in which it was confirmed; until then, to the year in which it was found.
with

ledger as (
    select * from {{ ref('stg_budget__finance_findings') }}
)

select
    department_code,
    cast(extract(year from coalesce(confirmed_on, found_on)) as integer) as fiscal_year,
    finding_no,
    source,
    document_no,
    found_on,
    confirmed_on,
    confirmed_on is not null as is_confirmed,
    cast(occurred_year as integer) as occurred_year,
    finding_kind,
    severity,
    amount_yuan,
    rectified_on,
    submission_id,
    sheet,
    row_number
from ledger
