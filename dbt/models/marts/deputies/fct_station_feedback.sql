-- Grain: one row per opinion received at a station; no text of the citizen and no contact.
with

feedback_results as (
    select * from {{ ref('feedback_results') }}
),

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
    {{ is_on_time('cast(finished_at as date)', 'due_on', 'extract(year from received_at)') }} as is_on_time,
    result,
    {{ code_name('feedback_results', 'result', 'extract(year from received_at)') }} as result_name,
    answered_at,
    satisfaction,
    duplicate_of,
    suggestion_no,
    campaign,
    submission_id,
    sheet,
    row_number
from ledger
