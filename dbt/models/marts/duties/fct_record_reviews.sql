-- Grain: one row per document of a year's register; a document not yet reviewed stands in the next year's again.
with

ledger as (
    select
        *,
        period_year as fiscal_year
    from {{ ref('stg_duties__record_reviews') }}
)

select
    department_code,
    fiscal_year,
    review_no,
    title,
    issuer,
    received_on,
    reviewed_on,
    coalesce(extract(year from reviewed_on) = fiscal_year, false) as is_reviewed_in_year,
    result,
    submission_id,
    sheet,
    row_number
from ledger
