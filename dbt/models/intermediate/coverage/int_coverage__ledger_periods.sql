-- Grain: one row per department, year, ledger, kind of file and period for which it is owed: what became of it.
-- `is_lacking` says that figures which need the period do without it: it is due and nothing of it counts, it lacks its
-- last month, or the year is over. What stands elsewhere (another period, another name) counts for figures, not here.
{%- set months = {'staff_counts': 'stg_organisation__staff_counts', 'ledger_balances': 'stg_assets__ledger_balances'} %}
with

owed as (
    select * from {{ ref('int_coverage__owed_periods') }}
),

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
),

built_for as (
    select {{ built_for_day('effective_at') }} as built_for_day from submissions
),

hand_ins as (
    select * from {{ ref('stg_quality__hand_ins') }}
),

{% for ledger, model in months.items() %}
    {{ ledger }} as (
        select * from {{ ref(model) }}
    ),
{% endfor %}

last_months as (
    {% for ledger in months %}
        {% if not loop.first %} union all {% endif %}
        select
            '{{ ledger }}' as ledger,
            department_code,
            period,
            max(month) as last_month
        from {{ ledger }}
        group by department_code, period
    {% endfor %}
),

of_the_kind as (
    -- A form that another kind of file replaced since (targets, by actual values) was handed in all the same.
    select
        owed.department_code,
        owed.ledger,
        owed.kind_zh,
        owed.period,
        hand_ins.rows_accepted,
        hand_ins.rows_rejected,
        hand_ins.file,
        hand_ins.received_at,
        hand_ins.log_no,
        row_number() over (
            partition by
                owed.department_code, owed.ledger, owed.kind_zh, owed.period,
                case when hand_ins.supersede = 'replace' then hand_ins.period else hand_ins.file end
            order by hand_ins.received_at desc, hand_ins.log_no desc
        ) as place
    from owed
    inner join hand_ins
        on
            owed.department_code = hand_ins.department_code
            and owed.ledger = hand_ins.ledger
            and (owed.period = hand_ins.period or owed.period_kind = 'once')
            and hand_ins.is_last_landed
            and {{ is_named_like('hand_ins.file', 'owed.file_pattern') }}
),

standing as (
    select
        department_code,
        ledger,
        kind_zh,
        period,
        sum(rows_accepted) as rows_accepted,
        sum(rows_rejected) as rows_rejected,
        {{ dbt.listagg('file', "'、'", 'order by received_at, log_no') }} as file
    from of_the_kind
    where place = 1
    group by department_code, ledger, kind_zh, period
),

turned_away as (
    select
        owed.department_code,
        owed.ledger,
        owed.kind_zh,
        owed.period,
        max(case when hand_ins.status = 'held' then 1 else 0 end) = 1 as is_held,
        {{ dbt.listagg('hand_ins.file', "'、'", 'order by hand_ins.received_at, hand_ins.log_no') }} as file
    from owed
    inner join hand_ins
        on
            owed.department_code = hand_ins.department_code
            and owed.ledger = hand_ins.ledger
            and (owed.period = hand_ins.period or owed.period_kind = 'once')
            and hand_ins.status in ('refused', 'held')
            and {{ is_named_like('hand_ins.file', 'owed.file_pattern') }}
    group by owed.department_code, owed.ledger, owed.kind_zh, owed.period
),

looked_at as (
    select
        owed.*,
        coalesce(standing.rows_accepted, 0) as rows_accepted,
        coalesce(standing.rows_rejected, 0) as rows_rejected,
        standing.file is not null as is_standing,
        turned_away.is_held,
        coalesce(standing.file, turned_away.file) as file,
        coalesce(owed.due_on >= built_for.built_for_day, true) as is_due_later,
        built_for.built_for_day > {{ last_day_of('owed.fiscal_year') }} as is_year_over,
        owed.must_reach_end
        and coalesce(
            extract(year from last_months.last_month) * 12 + extract(month from last_months.last_month)
            < extract(year from owed.ends_on) * 12 + extract(month from owed.ends_on),
            true
        ) as ends_early
    from owed
    cross join built_for
    left join standing
        on
            owed.department_code = standing.department_code
            and owed.ledger = standing.ledger
            and owed.kind_zh = standing.kind_zh
            and owed.period = standing.period
    left join turned_away
        on
            owed.department_code = turned_away.department_code
            and owed.ledger = turned_away.ledger
            and owed.kind_zh = turned_away.kind_zh
            and owed.period = turned_away.period
    left join last_months
        on
            owed.department_code = last_months.department_code
            and owed.ledger = last_months.ledger
            and owed.period = last_months.period
),

judged as (
    select
        *,
        case
            when rows_accepted > 0 and not ends_early then 'landed'
            when rows_accepted > 0 and is_due_later and not is_year_over then 'not_due'
            when rows_accepted > 0 then 'unfinished'
            when rows_rejected > 0 then 'wholly_rejected'
            when is_standing then 'empty'
            when is_held then 'held'
            when is_held is not null then 'refused'
            when is_due_later then 'not_due'
            else 'missing'
        end as state
    from looked_at
)

select
    department_code,
    fiscal_year,
    ledger,
    ledger_zh,
    owner,
    kind_zh,
    period_kind,
    period,
    due_on,
    state,
    case
        when state = 'landed' then false
        when state = 'empty' then not may_be_empty
        when state = 'not_due' then is_year_over
        else true
    end as is_lacking,
    rows_accepted,
    rows_rejected,
    file
from judged
