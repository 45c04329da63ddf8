-- Grain: one row per indicator of the whole department and approved version.
-- Targets may change during the year: the last version approved by 31 December is the one that is held against.
with

ledger as (
    select * from {{ ref('stg_budget__department_targets') }}
),

ranked as (
    select
        *,
        {{ number_in('target') }} as target_value,
        case operator
            when '区间' then {{ number_in(end_of_interval('target')) }}
            when '≥' then {{ number_in('target') }}
            when '=' then {{ number_in('target') }}
        end as low_value,
        case operator
            when '区间' then {{ number_in(end_of_interval('target', upper=true)) }}
            when '≤' then {{ number_in('target') }}
            when '=' then {{ number_in('target') }}
        end as high_value,
        {{ number_in('actual') }} as actual_value,
        approved_on <= {{ last_day_of('period_year') }} as is_approved_in_time,
        row_number() over (
            partition by department_code, period_year, indicator_no, approved_on <= {{ last_day_of('period_year') }}
            order by version desc, row_number desc, submission_id asc
        ) as place
    from ledger
)

select
    department_code,
    period_year as fiscal_year,
    cast(indicator_no as integer) as indicator_no,
    indicator_name,
    indicator_kind,
    operator,
    target,
    target_value,
    low_value,
    high_value,
    unit,
    cast(weight as decimal(9, 2)) as weight,
    actual,
    actual_value,
    grade,
    cast(grade_share_pct as decimal(5, 2)) as grade_share_pct,
    evidence_no,
    approved_on,
    cast(version as integer) as version,
    overall_target_zh,
    overall_actual_zh,
    is_approved_in_time and place = 1 as is_final,
    case operator
        when '≥' then actual_value >= target_value
        when '≤' then actual_value <= target_value
        when '=' then actual_value = target_value
        when '区间' then actual_value between low_value and high_value
    end as is_reached,
    submission_id,
    sheet,
    row_number
from ranked
