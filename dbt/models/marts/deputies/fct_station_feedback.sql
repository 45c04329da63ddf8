-- Grain: one row per opinion received at a station; no text of the citizen and no contact.
with

feedback_results as (
    select * from {{ ref('feedback_results') }}
),

clock_changes as (
    select * from {{ ref('fct_clock_changes') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

feedback as (
    select * from {{ ref('stg_deputies__station_feedback') }}
),

{{ changed_clock_ctes('feedback_answer', 'feedback', 'feedback_no', 'received_at', 'due_on', 'finished_at') }},

ledger as (
    select
        feedback.*,
        coalesce(changed.due_on, feedback.due_on) as held_due_on,
        changed.counted_days
    from feedback
    left join changed
        on
            feedback.department_code = changed.department_code
            and feedback.feedback_no = changed.item_key
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
    held_due_on as due_on,
    finished_at,
    {{ is_on_time('cast(finished_at as date)', 'held_due_on', 'extract(year from received_at)') }} as is_on_time,
    cast({{ dbt.datediff('received_at', 'finished_at', 'day') }} as integer) as handling_days,
    coalesce(counted_days, cast({{ dbt.datediff('received_at', 'finished_at', 'day') }} as integer)) as counted_days,
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
