-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per document and platform, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('budget', 'disclosures'),
        'disclosures'
    ) }}
)

select
    department_code,
    period,
    period_year,
    disclosure_no,
    title,
    document_kind,
    document_year,
    approved_on,
    published_on,
    platform,
    url,
    contents,
    is_secret,
    submission_id,
    sheet,
    row_number
from landed
