-- Grain: one row per department, fiscal year, month submitted and host unit.
with

facts as (
    select * from {{ ref('fct_snapshot_cases') }}
),

named as (
    select
        facts.*,
        cast(extract(month from submitted_at) as integer) as calendar_month
    from facts
),

counted as (
    select
        department_code,
        fiscal_year,
        calendar_month,
        host_unit,
        count(*) as case_count,
        {{ handling_counts('finished_at', 'due_at', 'rating') }}
    from named
    group by department_code, fiscal_year, calendar_month, host_unit
)

select
    department_code,
    fiscal_year,
    calendar_month,
    host_unit,
    cast(case_count as integer) as case_count,
    {{ handling_rates() }}
from counted
