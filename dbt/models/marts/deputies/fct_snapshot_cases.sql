-- Grain: one row per snapshot case.
with

districts as (
    select * from {{ ref('districts') }}
),

feedback_results as (
    select * from {{ ref('feedback_results') }}
),

result_words as (
    select * from {{ ref('snapshot_result_words') }}
),

cases as (
    select * from {{ ref('stg_deputies__snapshot_cases') }}
),

clock_changes as (
    select * from {{ ref('fct_clock_changes') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

{{ changed_clock_ctes(
    'snapshot_case', 'cases', 'case_no', 'coalesce(accepted_at, submitted_at)', 'due_at', 'finished_at', 'submitted_at'
) }},

ledger as (
    select
        cases.*,
        -- The hour stays as the ledger has it.
        case
            when changed.due_on is null then cases.due_at
            else cast(
                cast(changed.due_on as string) || substring(cast(cases.due_at as string), 11) as timestamp
            )
        end as held_due_at,
        changed.counted_days,
        result_words.result as result_code
    from cases
    left join changed
        on
            cases.department_code = changed.department_code
            and cases.case_no = changed.item_key
    left join result_words
        on
            cases.result = result_words.result_text
            and {{ valid_in('extract(year from cases.submitted_at)', 'result_words') }}
)

select
    department_code,
    cast(extract(year from submitted_at) as integer) as fiscal_year,
    case_no,
    deputy_no,
    submitted_at,
    cast(photo_count as integer) as photo_count,
    longitude,
    latitude,
    district_code,
    {{ code_name('districts', 'district_code', 'extract(year from submitted_at)') }} as district_name,
    category,
    urgency,
    accepted_at,
    dispatched_at,
    held_due_at as due_at,
    finished_at,
    reviewed_at,
    closed_at,
    {{ is_on_time('finished_at', 'held_due_at', 'extract(year from submitted_at)') }} as is_on_time,
    cast({{ dbt.datediff('submitted_at', 'finished_at', 'day') }} as integer) as handling_days,
    coalesce(counted_days, cast({{ dbt.datediff('submitted_at', 'finished_at', 'day') }} as integer)) as counted_days,
    host_unit,
    cast(return_count as integer) as return_count,
    result_code as result,
    {{ code_name('feedback_results', 'result_code', 'extract(year from submitted_at)') }} as result_name,
    result as result_text,
    rating,
    is_reopened,
    duplicate_of,
    {{ surrogate(['department_code', 'extract(year from submitted_at)', 'deputy_no']) }} as deputy_year_key,
    submission_id,
    sheet,
    row_number
from ledger
