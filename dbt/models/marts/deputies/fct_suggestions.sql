-- Grain: one row per suggestion.
with

ledger as (
    select * from {{ ref('stg_deputies__suggestions') }}
)

select
    department_code,
    cast(extract(year from submitted_on) as integer) as fiscal_year,
    suggestion_no,
    form,
    congress_level,
    title,
    lead_deputy_no,
    submitted_on,
    assigned_on,
    due_on,
    extended_to,
    answered_on,
    host_unit,
    co_host_units,
    reply_class,
    satisfaction,
    is_key,
    campaign,
    closed_on,
    submission_id,
    sheet,
    row_number
from ledger
