-- Grain: one row per suggestion.
with

reply_classes as (
    select * from {{ ref('reply_classes') }}
),

congress_levels as (
    select * from {{ ref('congress_levels') }}
),

districts as (
    select * from {{ ref('districts') }}
),

registers as (
    select * from {{ ref('dim_deputy_yearly') }}
),

clock_changes as (
    select * from {{ ref('fct_clock_changes') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

suggestions as (
    select
        *,
        cast(extract(year from submitted_on) as integer) as fiscal_year,
        coalesce(extended_to, due_on) as extended_due_on
    from {{ ref('stg_deputies__suggestions') }}
),

{{ changed_clock_ctes(
    'suggestion_reply', 'suggestions', 'suggestion_no', 'assigned_on', 'extended_due_on', 'answered_on'
) }},

ledger as (
    select
        suggestions.*,
        changed.counted_days,
        coalesce(changed.due_on, suggestions.extended_due_on) as final_due_on,
        registers.district_code
    from suggestions
    left join changed
        on
            suggestions.department_code = changed.department_code
            and suggestions.suggestion_no = changed.item_key
    left join registers
        on
            suggestions.department_code = registers.department_code
            and suggestions.fiscal_year = registers.fiscal_year
            and suggestions.lead_deputy_no = registers.deputy_no
)

select
    department_code,
    fiscal_year,
    suggestion_no,
    form,
    congress_level,
    {{ code_name('congress_levels', 'congress_level', 'fiscal_year') }} as congress_level_name,
    title,
    lead_deputy_no,
    district_code,
    {{ code_name('districts', 'district_code', 'fiscal_year') }} as district_name,
    submitted_on,
    assigned_on,
    due_on,
    extended_to,
    final_due_on,
    answered_on,
    {{ is_on_time('answered_on', 'final_due_on', 'fiscal_year') }} as is_on_time,
    cast({{ dbt.datediff('assigned_on', 'answered_on', 'day') }} as integer) as handling_days,
    coalesce(counted_days, cast({{ dbt.datediff('assigned_on', 'answered_on', 'day') }} as integer)) as counted_days,
    host_unit,
    co_host_units,
    reply_class,
    {{ code_name('reply_classes', 'reply_class', 'fiscal_year') }} as reply_class_name,
    satisfaction,
    is_key,
    campaign,
    closed_on,
    {{ surrogate(['department_code', 'fiscal_year', 'lead_deputy_no']) }} as deputy_year_key,
    submission_id,
    sheet,
    row_number
from ledger
