{#
  Periods and deadlines as the Civil Code counts them (art. 201-203): the day of the event is not counted; a period of
  months ends on the same day of its last month, or on that month's last day; a last day that is off moves to the next
  working day. Working days follow the calendar of holidays and make-up workdays.

  Each macro reads a CTE named `calendar` (select * from dim_calendar). A day outside the calendar gives null, never a guess.
#}

{# Working days from the day after `start` up to and including `finish`; 0 on the same day, negative when it lies before. #}
{% macro working_days_between(start, finish) -%}
    {{ of_engine(adapter.dispatch('working_days_between')(start, finish), '(select max(working_day_no) from calendar)') }}
{%- endmacro %}

{% macro duckdb__working_days_between(start, finish) -%}
    (
        (select clock.working_day_no from calendar as clock where clock.calendar_date = cast({{ finish }} as date))
        - (select clock.working_day_no from calendar as clock where clock.calendar_date = cast({{ start }} as date))
    )
{%- endmacro %}

{# Last day of a period of calendar days. #}
{% macro deadline_after_days(start, days) -%}
    {{ of_engine(adapter.dispatch('deadline_after_days')(start, days), '(select max(calendar_date) from calendar)') }}
{%- endmacro %}

{% macro duckdb__deadline_after_days(start, days) -%}
    (
        select clock.next_working_day from calendar as clock
        where clock.calendar_date = cast({{ dbt.dateadd('day', 'cast(' ~ days ~ ' as integer)', 'cast(' ~ start ~ ' as date)') }} as date)
    )
{%- endmacro %}

{# Last day of a period of months. #}
{% macro deadline_after_months(start, months) -%}
    {{ of_engine(adapter.dispatch('deadline_after_months')(start, months), '(select max(calendar_date) from calendar)') }}
{%- endmacro %}

{% macro duckdb__deadline_after_months(start, months) -%}
    (
        select clock.next_working_day from calendar as clock
        where clock.calendar_date = cast({{ dbt.dateadd('month', 'cast(' ~ months ~ ' as integer)', 'cast(' ~ start ~ ' as date)') }} as date)
    )
{%- endmacro %}

{# Last day of a period of working days. #}
{% macro deadline_after_working_days(start, days) -%}
    {{ of_engine(adapter.dispatch('deadline_after_working_days')(start, days), '(select max(calendar_date) from calendar)') }}
{%- endmacro %}

{% macro duckdb__deadline_after_working_days(start, days) -%}
    (
        select min(clock.calendar_date) from calendar as clock
        where
            not clock.is_off_day
            and clock.working_day_no = cast({{ days }} as integer) + (
                select first_day.working_day_no from calendar as first_day
                where first_day.calendar_date = cast({{ start }} as date)
            )
    )
{%- endmacro %}

{# The day of the week, 1 for Monday to 7 for Sunday. #}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday')(day)) }}
{%- endmacro %}

{% macro duckdb__iso_weekday(day) -%}
    extract(isodow from {{ day }})
{%- endmacro %}

{# 31 December of a year. #}
{% macro last_day_of(year) -%}
    cast(cast({{ year }} as string) || '-12-31' as date)
{%- endmacro %}
