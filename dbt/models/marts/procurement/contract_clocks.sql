-- Grain: one row per contract (or award without a contract) and clock that runs for it.
{%- set clocks = {
    'signing': ['award_notice_on', 'signed_on', 'signing_days', 'known_on'],
    'publication': ['signed_on', 'published_on', 'publication_working_days', 'known_on'],
    'filing': ['signed_on', 'filed_on', 'filing_working_days', 'known_on'],
    'record': ['signed_on', 'recorded_on', 'record_working_days', 'known_on'],
    'finance': ['signed_on', 'filed_with_finance_on', 'finance_working_days', 'known_on'],
    'payment': ['payment_started_on', 'settled_on', 'payment_days', 'payments_known_on'],
} %}
with

chain as (
    select * from {{ ref('procurement_chain') }}
),

clocks as (
    select * from {{ ref('procurement_clocks') }}
),

states as (
    select * from {{ ref('clock_states') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

running as (
    {% for clock, (start, finish, days, known) in clocks.items() %}
        {% if not loop.first %} union all {% endif %}
        select
            department_code,
            fiscal_year as chain_year,
            chain_no,
            procurement_no,
            contract_no,
            chain_name,
            is_secret,
            responsible_unit,
            supplier_name,
            amount_yuan,
            '{{ clock }}' as clock,
            {{ start }} as started_on,
            {{ clock }}_due_on as due_on,
            {{ finish }} as done_on,
            {{ days }} as days_taken,
            {{ clock }}_state as state,
            coalesce({{ finish }}, {{ known }}) as counted_to,
            {{ known }} as told_until,
            {{ 'payment_basis_zh' if clock == 'payment' else 'cast(null as string)' }} as own_basis_zh,
            submission_id,
            sheet,
            row_number
        from chain
        where {{ clock }}_state is null or {{ clock }}_state <> 'NOT_APPLICABLE'
    {% endfor %}
)

select
    running.department_code,
    cast(coalesce(extract(year from running.started_on), running.chain_year) as integer) as fiscal_year,
    running.chain_no,
    running.procurement_no,
    running.contract_no,
    running.chain_name,
    running.is_secret,
    running.responsible_unit,
    running.supplier_name,
    running.amount_yuan,
    running.clock,
    clocks.name_zh as clock_name,
    running.started_on,
    running.due_on,
    running.done_on,
    running.days_taken,
    clocks.day_unit,
    running.state,
    states.name_zh as state_name,
    case
        when running.state <> 'LATE' then null
        when clocks.day_unit = '工作日'
            then cast({{ working_days_between('running.due_on', 'running.counted_to') }} as integer)
        else cast({{ dbt.datediff('running.due_on', 'running.counted_to', 'day') }} as integer)
    end as days_late,
    coalesce(running.own_basis_zh, clocks.source) as legal_basis,
    running.told_until as known_on,
    running.submission_id,
    running.sheet,
    running.row_number
from running
inner join clocks on running.clock = clocks.clock
left join states on running.state = states.state
