-- Grain: one row per department, year, ledger, kind of file and period for which it is owed: when it came, held against
-- the day by which it was due. A file of which nothing counts has not come. The first receipt decides: a correction
-- that is handed in later makes no file late.
with

owed as (
    select * from {{ ref('int_coverage__owed_periods') }}
),

coverage as (
    select * from {{ ref('int_coverage__ledger_periods') }}
),

hand_ins as (
    select * from {{ ref('stg_quality__hand_ins') }}
),

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
),

built_for as (
    select {{ built_for_day('effective_at') }} as built_for_day from submissions
),

received as (
    select
        owed.department_code,
        owed.ledger,
        owed.kind_zh,
        owed.period,
        min(hand_ins.received_at) as first_received_at,
        max(hand_ins.received_at) as last_received_at,
        count(*) as hand_in_count
    from owed
    inner join hand_ins
        on
            owed.department_code = hand_ins.department_code
            and owed.ledger = hand_ins.ledger
            and (owed.period = hand_ins.period or owed.period_kind = 'once')
            and hand_ins.status = 'landed'
            and (hand_ins.rows_accepted > 0 or (owed.may_be_empty and hand_ins.rows_rejected = 0))
            and {{ is_named_like('hand_ins.file', 'owed.file_pattern') }}
    group by owed.department_code, owed.ledger, owed.kind_zh, owed.period
),

looked_at as (
    select
        owed.*,
        coverage.state as coverage_state,
        coverage.file,
        received.first_received_at,
        received.last_received_at,
        coalesce(received.hand_in_count, 0) as hand_in_count,
        cast(received.first_received_at as date) as received_on,
        built_for.built_for_day
    from owed
    cross join built_for
    inner join coverage
        on
            owed.department_code = coverage.department_code
            and owed.fiscal_year = coverage.fiscal_year
            and owed.ledger = coverage.ledger
            and owed.kind_zh = coverage.kind_zh
            and owed.period = coverage.period
    left join received
        on
            owed.department_code = received.department_code
            and owed.ledger = received.ledger
            and owed.kind_zh = received.kind_zh
            and owed.period = received.period
)

select
    department_code,
    fiscal_year,
    ledger,
    ledger_zh,
    kind_zh,
    period_kind,
    period,
    owner,
    stand_in,
    remind_on,
    due_on,
    first_received_at,
    last_received_at,
    hand_in_count,
    case
        when received_on is null and due_on < built_for_day then '缺报'
        when received_on is null then '待报'
        when received_on > due_on then '迟报'
        when due_from = 'end' and received_on <= counted_from_on then '提前'
        else '按期'
    end as state,
    cast(
        {{ dbt.datediff('due_on', 'coalesce(received_on, built_for_day)', 'day') }} as integer
    ) as days_after_due,
    coverage_state,
    file,
    rule_id,
    built_for_day as seen_on
from looked_at
