-- Grain: one row per opinion received at a station; no text of the citizen and no contact.
with

ledger as (
    select * from {{ ref('stg_deputies__station_feedback') }}
)

select
    department_code,
    cast(extract(year from received_at) as integer) as fiscal_year,
    feedback_no,
    station_code,
    channel,
    received_at,
    category,
    is_accepted,
    refusal_reason,
    route,
    host_unit,
    due_on,
    finished_at,
    result,
    answered_at,
    satisfaction,
    duplicate_of,
    suggestion_no,
    campaign,
    submission_id,
    sheet,
    row_number
from ledger
