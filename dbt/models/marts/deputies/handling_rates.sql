-- Grain: one row per department, fiscal year in which it came in, and ledger.
-- What a rate of closed things hides: those that are overdue and open are in no share of "in time", those closed late
-- are in the share of closed ones. Open and still in time is neither done nor late, so it is in no denominator of the
-- honest rates.
{%- set ledgers = {
    '联络站群众意见': [
        'feedback', 'due_on', 'cast(finished_at as date)', 'is_accepted', 'false', '0',
        'station_feedback'
    ],
    '代表随手拍': [
        'cases', 'cast(due_at as date)', 'cast(finished_at as date)', 'true',
        'is_reopened', 'return_count', 'snapshot_cases'
    ],
    '代表建议': [
        'suggestions', 'final_due_on', 'answered_on', 'assigned_on is not null', 'false',
        '0', 'suggestions'
    ],
} %}
with

feedback as (
    select * from {{ ref('fct_station_feedback') }}
),

cases as (
    select * from {{ ref('fct_snapshot_cases') }}
),

suggestions as (
    select * from {{ ref('fct_suggestions') }}
),

-- What was done after a ledger was last handed in is not known, and so not late.
known as (
    select
        department_code,
        ledger,
        cast(max(received_at) as date) as known_on
    from {{ ref('stg_quality__current_submissions') }}
    where ledger in ('station_feedback', 'snapshot_cases', 'suggestions')
    group by department_code, ledger
),

things as (
    {% for ledger, columns in ledgers.items() %}
        {% set facts, due_on, done_on, is_handled, is_reopened, return_count, source = columns %}
        {% if not loop.first %} union all {% endif %}
        select
            department_code,
            fiscal_year,
            '{{ ledger }}' as ledger,
            '{{ source }}' as source,
            {{ due_on }} as due_on,
            {{ done_on }} as done_on,
            handling_days,
            counted_days,
            {{ is_reopened }} as is_reopened,
            {{ return_count }} as return_count
        from {{ facts }}
        where {{ is_handled }}
    {% endfor %}
),

judged as (
    select
        things.*,
        {{ clock_state('true', 'false', 'things.due_on', 'things.done_on', 'known.known_on') }} as state,
        known.known_on
    from things
    left join known on things.department_code = known.department_code and things.source = known.ledger
),

counted as (
    select
        department_code,
        fiscal_year,
        ledger,
        max(known_on) as known_on,
        count(*) as thing_count,
        count(done_on) as done_count,
        sum(case when done_on is not null and state = 'LATE' then 1 else 0 end) as done_late_count,
        sum(case when done_on is null and state = 'LATE' then 1 else 0 end) as overdue_open_count,
        sum(case when done_on is null and state = 'PENDING' then 1 else 0 end) as in_time_open_count,
        sum(case when done_on is null and due_on is null then 1 else 0 end) as undated_open_count,
        sum(case when is_reopened then 1 else 0 end) as reopened_count,
        sum(return_count) as return_count,
        avg(handling_days) as mean_taken_days,
        avg(counted_days) as mean_days,
        {{ quantile('counted_days', 0.5) }} as median_days,
        {{ quantile('counted_days', 0.9) }} as p90_days
    from judged
    group by department_code, fiscal_year, ledger
),

rated as (
    select
        *,
        thing_count + reopened_count as handling_count,
        done_count + overdue_open_count as due_count,
        cast(100 * {{ exact_ratio('done_count', 'thing_count') }} as decimal(9, 4)) as done_rate_pct,
        cast(100 * {{ exact_ratio('done_count', 'done_count + overdue_open_count') }} as decimal(9, 4)) as due_rate_pct,
        cast(
            100 * {{ exact_ratio('done_count - done_late_count', 'done_count + overdue_open_count') }} as decimal(9, 4)
        ) as on_time_rate_pct
    from counted
)

select
    department_code,
    fiscal_year,
    ledger,
    known_on,
    cast(thing_count as integer) as thing_count,
    cast(reopened_count as integer) as reopened_count,
    cast(handling_count as integer) as handling_count,
    cast(return_count as integer) as return_count,
    cast(done_count as integer) as done_count,
    cast(done_late_count as integer) as done_late_count,
    cast(overdue_open_count as integer) as overdue_open_count,
    cast(in_time_open_count as integer) as in_time_open_count,
    cast(undated_open_count as integer) as undated_open_count,
    done_rate_pct,
    due_rate_pct,
    on_time_rate_pct,
    cast(done_rate_pct - on_time_rate_pct as decimal(9, 4)) as hidden_pp,
    concat_ws(
        '、',
        case when done_late_count > 0 then '逾期办结 ' || cast(done_late_count as string) || ' 件' end,
        case when overdue_open_count > 0 then '逾期未办结 ' || cast(overdue_open_count as string) || ' 件' end,
        case when reopened_count > 0 then '二次办理 ' || cast(reopened_count as string) || ' 件' end,
        case when undated_open_count > 0 then '没有期限而未办结 ' || cast(undated_open_count as string) || ' 件' end
    ) as hides_zh,
    cast(mean_taken_days as decimal(9, 2)) as mean_taken_days,
    cast(mean_days as decimal(9, 2)) as mean_days,
    cast(median_days as decimal(9, 2)) as median_days,
    cast(p90_days as decimal(9, 2)) as p90_days
from rated
