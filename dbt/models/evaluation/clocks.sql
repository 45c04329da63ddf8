-- Grain: one row per figure and fact with a deadline: when the clock started, when it was due, when it stopped, how
-- many days that took, and whether that was late. The facts are those of evidence, so that no clock is shown that does
-- not count.
{%- set contract_figures = {
    'contracts.due_for_signing': 'signing',
    'contracts.due_for_record': 'record',
} %}
with

evidence as (
    select distinct
        figure_id,
        fiscal_year,
        department_code,
        fact_key
    from {{ ref('evidence') }}
    where measure is not null
),

contract_clocks as (
    select * from {{ ref('contract_clocks') }}
),

procurements as (
    select * from {{ ref('fct_procurements') }}
),

income as (
    select * from {{ ref('fct_asset_income') }}
),

disclosures as (
    select * from {{ ref('disclosure_duties') }}
),

monitoring as (
    select * from {{ ref('monitoring_duties') }}
),

research_tasks as (
    select * from {{ ref('fct_research_tasks') }}
),

agenda_items as (
    select * from {{ ref('fct_agenda_items') }}
),

every_clock as (
    {% for figure_id, clock in contract_figures.items() %}
        select
            '{{ figure_id }}' as figure_id,
            department_code,
            cast(null as integer) as clock_year,
            chain_no as fact_key,
            coalesce(contract_no, procurement_no) || ' ' || {{ name_unless_secret('chain_name') }} as fact_name,
            started_on,
            due_on,
            done_on as finished_on,
            days_taken as day_count,
            day_unit as day_unit_zh,
            state = 'LATE' as is_late
        from contract_clocks
        where clock = '{{ clock }}'
        union all
    {% endfor %}
    select
        'intentions.with_intention' as figure_id,
        department_code,
        cast(null as integer) as clock_year,
        procurement_no as fact_key,
        procurement_no || ' ' || {{ name_unless_secret('procurement_name') }} as fact_name,
        intention_published_on as started_on,
        intention_due_on as due_on,
        notice_on as finished_on,
        intention_days as day_count,
        '天' as day_unit_zh,
        intention_state = 'LATE' as is_late
    from procurements
    where intention_published_on is not null
    union all
    select
        'asset_income.received' as figure_id,
        department_code,
        fiscal_year as clock_year,
        income_no as fact_key,
        income_no || ' ' || income_kind as fact_name,
        received_on as started_on,
        due_on,
        remitted_on as finished_on,
        working_days_to_remit as day_count,
        '工作日' as day_unit_zh,
        not is_remitted_on_time as is_late
    from income
    {% for name in ['budget', 'accounts', 'targets', 'results'] %}
        union all
        select
            'disclosures.{{ name }}_required' as figure_id,
            department_code,
            fiscal_year as clock_year,
            document_kind || '|' || object_name || '|' || platform as fact_key,
            document_kind || ' ' || platform as fact_name,
            approved_on as started_on,
            due_on,
            published_on as finished_on,
            {{ dbt.datediff('approved_on', 'published_on', 'day') }} as day_count,
            '天' as day_unit_zh,
            not is_on_time as is_late
        from disclosures
    {% endfor %}
    union all
    select
        'monitoring.due_reports' as figure_id,
        department_code,
        fiscal_year as clock_year,
        project_code || '|' || period_name as fact_key,
        project_name || ' ' || period_name as fact_name,
        period_ends_on as started_on,
        due_on,
        filed_on as finished_on,
        {{ dbt.datediff('period_ends_on', 'filed_on', 'day') }} as day_count,
        '天' as day_unit_zh,
        not is_on_time as is_late
    from monitoring
    union all
    select
        'duty.surveys_planned' as figure_id,
        department_code,
        fiscal_year as clock_year,
        task_no as fact_key,
        task_no || ' ' || topic as fact_name,
        planned_start_on as started_on,
        planned_finish_on as due_on,
        finished_on,
        {{ dbt.datediff('planned_start_on', 'finished_on', 'day') }} as day_count,
        '天' as day_unit_zh,
        not is_finished_on_time as is_late
    from research_tasks
    {% for figure_id, done, is_on_time in [
        ('duty.special_reports_planned', 'heard_on', 'is_heard_on_time'),
        ('duty.major_matters_planned', 'voted_on', 'is_decided_on_time'),
    ] %}
        union all
        select
            '{{ figure_id }}' as figure_id,
            department_code,
            fiscal_year as clock_year,
            agenda_no as fact_key,
            agenda_no || ' ' || title as fact_name,
            cast(null as date) as started_on,
            due_by as due_on,
            {{ done }} as finished_on,
            cast(null as bigint) as day_count,
            '天' as day_unit_zh,
            not {{ is_on_time }} as is_late
        from agenda_items
    {% endfor %}
)

select
    evidence.figure_id,
    cast(evidence.fiscal_year as integer) as fiscal_year,
    evidence.department_code,
    evidence.fact_key,
    every_clock.fact_name,
    every_clock.started_on,
    every_clock.due_on,
    every_clock.finished_on,
    cast(every_clock.day_count as bigint) as day_count,
    every_clock.day_unit_zh,
    coalesce(every_clock.is_late, true) as is_late
from evidence
inner join every_clock
    on
        evidence.figure_id = every_clock.figure_id
        and evidence.department_code = every_clock.department_code
        and evidence.fact_key = every_clock.fact_key
        -- A contract may be signed in another year than it was awarded in; other facts keep the year of their ledger.
        and coalesce(every_clock.clock_year, evidence.fiscal_year) = evidence.fiscal_year
