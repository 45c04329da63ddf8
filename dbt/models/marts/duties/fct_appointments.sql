-- Grain: one row per person and appointment or removal.
with

ledger as (
    select * from {{ ref('stg_duties__appointments') }}
)

select
    department_code,
    cast(extract(year from decided_on) as integer) as fiscal_year,
    appointment_no,
    person_no,
    organ,
    office_title,
    kind,
    decided_on,
    meeting_no,
    submission_id,
    sheet,
    row_number
from ledger
