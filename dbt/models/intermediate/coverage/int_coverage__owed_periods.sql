-- Grain: one row per department, year, ledger, kind of file and period for which it is owed, with the day it is due by.
-- The calendar is seeds.submission_calendar. `jixiao owed` reads the same seed; tests hold the two against each other.
{%- set months = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'] %}
{%- set kinds = [('quarter', 'Q', 3), ('half', 'H', 6), ('year', '', 12), ('once', '', 12)] %}
with

calendar_lines as (
    select * from {{ ref('submission_calendar') }}
),

hand_ins as (
    select * from {{ ref('stg_quality__hand_ins') }}
),

notices as (
    select * from {{ ref('holidays') }}
),

parts as (
    -- The periods of a year by kind: how each is written after the year, and when it begins.
    {% for month in months %}
        select
            'month' as period_kind,
            '-{{ month }}' as part,
            '-{{ month }}-01' as begins,
            1 as month_count
        union all
    {% endfor %}
    {% for kind, mark, month_count in kinds %}
        {% for month in months[::month_count] %}
            select
                '{{ kind }}' as period_kind,
                '{{ mark }}{{ loop.index if mark }}' as part,
                '-{{ month }}-01' as begins,
                {{ month_count }} as month_count
            {% if kind != 'once' %} union all {% endif %}
        {% endfor %}
    {% endfor %}
),

days as (
    {{ dbt.date_spine('day', "cast('2015-01-01' as date)", "cast('2041-01-01' as date)") }}
),

work_days as (
    -- A year without a notice of holidays has only its weekends off.
    select
        cast(days.date_day as date) as calendar_date,
        coalesce(notices.is_off_day, {{ iso_weekday('days.date_day') }} >= 6) as is_off_day,
        sum(case when coalesce(notices.is_off_day, {{ iso_weekday('days.date_day') }} >= 6) then 0 else 1 end) over (
            order by days.date_day
        ) as working_day_no
    from days
    left join notices on days.date_day = notices.date
),

department_years as (
    select distinct
        department_code,
        fiscal_year
    from hand_ins
),

submitters as (
    select distinct
        department_code,
        ledger
    from hand_ins
),

lines_of_years as (
    select
        department_years.department_code,
        department_years.fiscal_year,
        calendar_lines.ledger,
        calendar_lines.ledger_zh,
        calendar_lines.owner,
        calendar_lines.owed_by,
        coalesce(calendar_lines.kind_zh, '') as kind_zh,
        calendar_lines.file_pattern,
        calendar_lines.period_kind,
        calendar_lines.periods,
        calendar_lines.due_from,
        calendar_lines.due_working_days,
        calendar_lines.stand_in,
        -- The first of several reminders, which stand the earliest first.
        cast(split_part(calendar_lines.remind_working_days, ';', 1) as integer) as remind_working_days,
        calendar_lines.may_be_empty,
        calendar_lines.must_reach_end,
        calendar_lines.department_code is not null as is_own,
        'owed.' || calendar_lines.ledger || coalesce('.' || calendar_lines.kind_zh, '') || '.'
        || calendar_lines.period_kind || coalesce('.' || calendar_lines.department_code, '') || '.'
        || cast(calendar_lines.valid_from as string) as rule_id,
        max(case when calendar_lines.department_code is not null then 1 else 0 end) over (
            partition by department_years.department_code, department_years.fiscal_year, calendar_lines.ledger
        ) = 1 as has_own
    from department_years
    inner join calendar_lines
        on
            {{ valid_in('department_years.fiscal_year', 'calendar_lines') }}
            and coalesce(calendar_lines.department_code, department_years.department_code)
            = department_years.department_code
),

owed as (
    select
        lines_of_years.*,
        cast(lines_of_years.fiscal_year as string) || parts.part as period,
        cast(cast(lines_of_years.fiscal_year as string) || parts.begins as date) as begins_on,
        parts.month_count
    from lines_of_years
    inner join parts
        on
            lines_of_years.period_kind = parts.period_kind
            and (
                lines_of_years.periods is null
                or ';' || lines_of_years.periods || ';' like '%;' || replace(parts.part, '-', '') || ';%'
            )
    left join submitters
        on
            lines_of_years.department_code = submitters.department_code
            and lines_of_years.ledger = submitters.ledger
    where
        lines_of_years.is_own = lines_of_years.has_own
        and (lines_of_years.owed_by = 'all' or submitters.ledger is not null)
),

bounded as (
    select
        *,
        cast({{ dbt.dateadd('day', '-1', 'begins_on') }} as date) as day_before,
        cast({{ dbt.dateadd('day', '-1', dbt.dateadd('month', 'month_count', 'begins_on')) }} as date) as ends_on
    from owed
)

select
    bounded.department_code,
    bounded.fiscal_year,
    bounded.ledger,
    bounded.ledger_zh,
    bounded.owner,
    bounded.kind_zh,
    bounded.file_pattern,
    bounded.period_kind,
    bounded.period,
    bounded.due_from,
    bounded.ends_on,
    case
        when bounded.due_working_days = 0 then counted_from.calendar_date
        else due_days.calendar_date
    end as due_on,
    counted_from.calendar_date as counted_from_on,
    remind_days.calendar_date as remind_on,
    bounded.stand_in,
    bounded.rule_id,
    bounded.may_be_empty,
    bounded.must_reach_end
from bounded
inner join work_days as counted_from
    on
        case when bounded.due_from = 'start' then bounded.day_before else bounded.ends_on end
        = counted_from.calendar_date
left join work_days as due_days
    on
        not due_days.is_off_day
        and counted_from.working_day_no + bounded.due_working_days = due_days.working_day_no
left join work_days as remind_days
    on
        not remind_days.is_off_day
        and counted_from.working_day_no + bounded.due_working_days - bounded.remind_working_days
        = remind_days.working_day_no
