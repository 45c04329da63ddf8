-- Grain: one row per document and platform.
with

ledger as (
    select * from {{ ref('stg_budget__disclosures') }}
)

select
    department_code,
    period_year as fiscal_year,
    disclosure_no,
    title,
    document_kind,
    cast(document_year as integer) as document_year,
    approved_on,
    published_on,
    platform,
    url,
    contents,
    is_secret,
    cast({{ dbt.datediff('approved_on', 'published_on', 'day') }} as integer) as days_to_publish,
    submission_id,
    sheet,
    row_number
from ledger
