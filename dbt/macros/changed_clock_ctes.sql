{#
  Deadlines that pauses and returns move: the CTE `changed` (department_code, item_key, due_on, restarted_on, counted_days), one row per item whose
  deadline they moved. Reads the CTEs `clock_changes` (select * from fct_clock_changes) and `calendar` (select * from dim_calendar).

  A pause adds its days; a return begins the clock anew on the day on which the item was assigned again, with as many days as it had. What begins
  after the deadline that held until then moves nothing, nor does what begins before the clock. Days that two pauses share count once. While an item is
  paused, or returned and not assigned again, its clock stands until the day the warehouse is built for. A last day that is off moves.

  `counted_days` are the days on which the clock of what is done ran: from its start, or from the last day of being assigned again, to the day it
  was done, without those on which it stood. Null while it is not done. Where nothing moved the deadline, every day from start to end counts.

  kind: a deadline_kind of the rules.
  items: a CTE with department_code.
  item_key: what identifies an item, as the ledger of changes has it.
  started_on, due_on: dates of the clock; due_on before a last day that is off moved.
  done_on, taken_from: when it was done, and from when its days are counted where that is not the start of the clock.
#}
{% macro changed_clock_ctes(kind, items, item_key, started_on, due_on, done_on='null', taken_from=none) -%}
    {%- set of_item = 'partition by department_code, item_key order by place rows between unbounded preceding and' -%}
    items_changed as (
        select
            clock_changes.department_code,
            clock_changes.item_key,
            clock_changes.is_restart,
            clock_changes.from_on,
            clock_changes.counted_until,
            timed.started_on,
            timed.due_on,
            timed.done_on,
            timed.taken_from,
            row_number() over (
                partition by clock_changes.department_code, clock_changes.item_key
                order by clock_changes.from_on, clock_changes.counted_until, clock_changes.change_no
            ) as place
        from clock_changes
        inner join (
            select
                department_code,
                {{ item_key }} as item_key,
                cast({{ started_on }} as date) as started_on,
                cast({{ due_on }} as date) as due_on,
                cast({{ done_on }} as date) as done_on,
                cast({{ taken_from or started_on }} as date) as taken_from
            from {{ items }}
        ) as timed
            on
                clock_changes.department_code = timed.department_code
                and clock_changes.item_key = timed.item_key
                and clock_changes.from_on >= timed.started_on
        where clock_changes.deadline_kind = '{{ kind }}' and clock_changes.has_effect and timed.due_on is not null
    ),

    changes_apart as (
        select
            *,
            coalesce(max(counted_until) over ({{ of_item }} 1 preceding), from_on) as taken_until
        from items_changed
    ),

    changes_in_days as (
        select
            *,
            case
                when is_restart or counted_until <= taken_until then 0
                when from_on < taken_until then {{ dbt.datediff('taken_until', 'counted_until', 'day') }}
                else {{ dbt.datediff('from_on', 'counted_until', 'day') }}
            end as paused_days,
            -- What was assigned again while it is still paused begins when that pause ends.
            case
                when is_restart and counted_until < taken_until then taken_until
                when is_restart then counted_until
            end as restarted_on
        from changes_apart
    ),

    changes_summed as (
        select
            *,
            coalesce(sum(paused_days) over ({{ of_item }} 1 preceding), 0) as paused_before,
            sum(paused_days) over ({{ of_item }} current row) as paused_after
        from changes_in_days
    ),

    changes_restarted as (
        select
            *,
            max(restarted_on) over ({{ of_item }} 1 preceding) as restarted_before,
            coalesce(max(case when is_restart then paused_after end) over ({{ of_item }} 1 preceding), 0)
                as paused_at_restart
        from changes_summed
    ),

    changes_held as (
        select
            *,
            from_on <= {{ moved_by(
                moved_by('coalesce(restarted_before, started_on)', dbt.datediff('started_on', 'due_on', 'day')),
                'paused_before - paused_at_restart'
            ) }} as is_before_due
        from changes_restarted
    ),

    changes_counted as (
        select
            *,
            min(case when is_before_due then 1 else 0 end) over ({{ of_item }} current row) as counts
        from changes_held
    ),

    -- What was assigned again before it was done runs from then on; a return that was still open that day is a pause of it.
    changes_until_done as (
        select
            *,
            max(case when is_restart and restarted_on <= done_on then place end)
                over (partition by department_code, item_key) as last_restart,
            greatest(from_on, taken_until) as stands_from,
            least(counted_until, done_on) as stands_until
        from changes_counted
        where counts = 1
    ),

    changes_of_items as (
        select
            department_code,
            item_key,
            min(started_on) as started_on,
            min(due_on) as due_on,
            max(restarted_on) as restarted_on,
            max(paused_after) - coalesce(max(case when is_restart then paused_after end), 0) as paused_days,
            max(done_on) as done_on,
            coalesce(max(case when place = last_restart then restarted_on end), max(taken_from)) as counted_from,
            sum(case
                when place > coalesce(last_restart, 0) and stands_until > stands_from
                    then {{ dbt.datediff('stands_from', 'stands_until', 'day') }}
                else 0
            end) as stood_days
        from changes_until_done
        group by department_code, item_key
    ),

    changes_moved as (
        select
            *,
            {{ moved_by(
                moved_by('coalesce(restarted_on, started_on)', dbt.datediff('started_on', 'due_on', 'day')), 'paused_days'
            ) }} as moved_to
        from changes_of_items
        where paused_days > 0 or restarted_on is not null
    ),

    changed as (
        select
            department_code,
            item_key,
            restarted_on,
            cast({{ dbt.datediff('counted_from', 'done_on', 'day') }} - stood_days as integer) as counted_days,
            {{ deadline_after_days('changes_moved.moved_to', '0') }} as due_on
        from changes_moved
    )
{%- endmacro %}

{# A day some days later. #}
{% macro moved_by(day, days) -%}
    cast({{ dbt.dateadd('day', 'cast(' ~ days ~ ' as integer)', 'cast(' ~ day ~ ' as date)') }} as date)
{%- endmacro %}
