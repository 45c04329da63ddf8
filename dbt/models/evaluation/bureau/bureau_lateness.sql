-- Grain: one row per year and department that owes anything: what came in time, late, or not at all.
with

hand_ins as (
    select * from {{ ref('hand_in_calendar') }}
),

departments as (
    select * from {{ ref('dim_department_yearly') }}
),

counted as (
    select
        fiscal_year,
        department_code,
        count(*) as owed_count,
        sum(case when state in ('提前', '按期') then 1 else 0 end) as on_time_count,
        sum(case when state = '迟报' then 1 else 0 end) as late_count,
        sum(case when state = '缺报' then 1 else 0 end) as missing_count,
        sum(case when state = '待报' then 1 else 0 end) as pending_count,
        max(case when state in ('迟报', '缺报') then days_after_due end) as longest_days
    from hand_ins
    group by fiscal_year, department_code
)

select
    counted.fiscal_year,
    counted.department_code,
    departments.department_name,
    departments.competent_code,
    cast(counted.owed_count as integer) as owed_count,
    cast(counted.on_time_count as integer) as on_time_count,
    cast(counted.late_count as integer) as late_count,
    cast(counted.missing_count as integer) as missing_count,
    cast(counted.pending_count as integer) as pending_count,
    cast(counted.longest_days as integer) as longest_days,
    cast({{ exact_quotient(
        '100 * (counted.late_count + counted.missing_count)', 'counted.owed_count - counted.pending_count'
    ) }} as decimal(18, 2)) as late_pct
from counted
left join departments
    on
        counted.fiscal_year = departments.fiscal_year
        and counted.department_code = departments.department_code
