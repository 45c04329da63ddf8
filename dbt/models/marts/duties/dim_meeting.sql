-- Grain: one row per meeting.
with

ledger as (
    select * from {{ ref('stg_duties__meetings') }}
)

select
    department_code,
    cast(extract(year from opened_on) as integer) as fiscal_year,
    meeting_no,
    meeting_name,
    body,
    opened_on,
    closed_on,
    submission_id,
    sheet,
    row_number
from ledger
