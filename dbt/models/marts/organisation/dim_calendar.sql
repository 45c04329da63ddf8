-- Grain: one row per day, from 1 January of the first year to 31 December of the last year with a notice of holidays.
-- A make-up Saturday or Sunday is a working day; a weekday of a holiday is not.
with

notices as (
    select * from {{ ref('holidays') }}
),

years as (
    select
        min(notice_year) as first_year,
        max(notice_year) as last_year
    from notices
),

days as (
    {{ dbt.date_spine('day', "cast('2015-01-01' as date)", "cast('2041-01-01' as date)") }}
),

named as (
    select
        cast(days.date_day as date) as calendar_date,
        cast(extract(year from days.date_day) as integer) as calendar_year,
        cast(extract(quarter from days.date_day) as integer) as calendar_quarter,
        cast(extract(month from days.date_day) as integer) as calendar_month,
        cast({{ iso_weekday('days.date_day') }} as integer) as iso_weekday,
        notices.name_zh as holiday_name,
        coalesce(notices.is_off_day, {{ iso_weekday('days.date_day') }} >= 6) as is_off_day,
        notices.date is not null and not notices.is_off_day as is_makeup_workday
    from days
    inner join years on extract(year from days.date_day) between years.first_year and years.last_year
    left join notices on days.date_day = notices.date
),

numbered as (
    select
        *,
        sum(case when is_off_day then 0 else 1 end) over (order by calendar_date) as working_day_no,
        min(case when not is_off_day then calendar_date end) over (
            order by calendar_date
            rows between current row and unbounded following
        ) as next_working_day
    from named
)

select
    calendar_date,
    calendar_year,
    calendar_quarter,
    calendar_month,
    iso_weekday,
    holiday_name,
    is_off_day,
    is_makeup_workday,
    calendar_year not in (select notice_year from notices) as is_provisional,
    cast(working_day_no as integer) as working_day_no,
    next_working_day
from numbered
