-- Grain: one row per department, fiscal year, month submitted and host unit.
-- Every month is there for each group of the year: 0 where nothing happened, null where nothing was handed in.
with

facts as (
    select * from {{ ref('fct_snapshot_cases') }}
),

{{ known_months('facts', 'snapshot_cases') }},

named as (
    select
        facts.*,
        cast(extract(month from submitted_at) as integer) as month_no
    from facts
),

counted as (
    select
        department_code,
        fiscal_year,
        month_no,
        host_unit,
        count(*) as case_count,
        {{ handling_counts('finished_at', 'due_at', 'rating') }}
    from named
    group by department_code, fiscal_year, month_no, host_unit
),

host_units as (
    select
        department_code,
        fiscal_year,
        host_unit
    from facts
    group by department_code, fiscal_year, host_unit
),

filled as (
    select
        known_months.department_code,
        known_months.fiscal_year,
        known_months.month_no,
        known_months.month_start,
        host_units.host_unit,
        {{ zero_or_unknown('counted.case_count') }} as case_count,
        {{ zero_or_unknown('counted.answered_count') }} as answered_count,
        {{ zero_or_unknown('counted.due_count') }} as due_count,
        {{ zero_or_unknown('counted.on_time_count') }} as on_time_count,
        {{ zero_or_unknown('counted.rated_count') }} as rated_count,
        {{ zero_or_unknown('counted.satisfied_count') }} as satisfied_count
    from known_months
    inner join host_units
        on
            known_months.department_code = host_units.department_code
            and known_months.fiscal_year = host_units.fiscal_year
    left join counted
        on
            known_months.department_code = counted.department_code
            and known_months.fiscal_year = counted.fiscal_year
            and known_months.month_no = counted.month_no
            and host_units.host_unit is not distinct from counted.host_unit
)

select
    department_code,
    fiscal_year,
    month_no as calendar_month,
    month_start,
    host_unit,
    cast(case_count as integer) as case_count,
    {{ handling_rates() }}
from filled
