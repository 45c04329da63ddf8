-- Grain: one row per department, kind of deadline and item that is not done yet on the day the warehouse is built for.
-- Items of which no ledger knows a deadline are not here. Titles that people wrote freely are not here either: the
-- number finds them.
with

clocks as (
    select * from {{ ref('contract_clocks') }}
    -- The record is publication and filing together, which have their own clocks.
    where clock <> 'record' and done_on is null and due_on is not null and state in ('PENDING', 'LATE')
),

income as (
    select * from {{ ref('fct_asset_income') }}
    where remitted_on is null
),

disclosures as (
    select * from {{ ref('disclosure_duties') }}
    where not is_published
),

monitoring as (
    select * from {{ ref('monitoring_duties') }}
    where filed_on is null
),

research_tasks as (
    select * from {{ ref('fct_research_tasks') }}
    where finished_on is null
),

supervision as (
    select * from {{ ref('fct_supervision_items') }}
    where finished_on is null and cancelled_on is null
),

agenda_items as (
    select * from {{ ref('fct_agenda_items') }}
    where heard_on is null and voted_on is null
),

suggestions as (
    select * from {{ ref('fct_suggestions') }}
    where answered_on is null
),

feedback as (
    select * from {{ ref('fct_station_feedback') }}
    where finished_at is null and is_accepted and duplicate_of is null
),

snapshot_cases as (
    select * from {{ ref('fct_snapshot_cases') }}
    where finished_at is null and closed_at is null and duplicate_of is null
),

owed as (
    select * from {{ ref('int_coverage__ledger_periods') }}
    where state not in ('landed', 'empty')
),

paused as (
    select
        department_code,
        deadline_kind,
        item_key,
        min(from_on) as paused_since
    from {{ ref('fct_clock_changes') }}
    where is_open and has_effect
    group by department_code, deadline_kind, item_key
),

submissions as (
    select * from {{ ref('stg_quality__submissions') }}
),

kinds as (
    select * from {{ ref('deadline_kinds') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

built_for as (
    select {{ built_for_day('effective_at') }} as built_for_day from submissions
),

items as (
    select
        department_code,
        fiscal_year,
        'contract_' || clock as deadline_kind,
        chain_no as item_key,
        coalesce(contract_no, procurement_no) || ' ' || {{ name_unless_secret('chain_name') }} as item_name,
        responsible_unit,
        started_on,
        due_on,
        submission_id,
        sheet,
        row_number
    from clocks
    {% for kind, facts, key, name, unit, started_on, due_on in [
        (
            'income_remittance', 'income', 'income_no', "income_no || ' ' || income_kind", 'null', 'received_on', 'due_on'
        ),
        (
            'disclosure', 'disclosures', "document_kind || '|' || object_name || '|' || platform",
            "document_kind || ' ' || object_name || ' ' || platform", 'null', 'approved_on', 'due_on'
        ),
        (
            'monitoring_report', 'monitoring', "project_code || '|' || period_name",
            "project_name || ' ' || period_name", 'responsible_unit', 'period_ends_on', 'due_on'
        ),
        (
            'survey_finish', 'research_tasks', 'task_no', "task_no || ' ' || topic", 'unit', 'planned_start_on',
            'planned_finish_on'
        ),
        (
            'supervision_finish', 'supervision', 'item_no', "item_no || ' ' || item_name", 'responsible_unit',
            'planned_start_on', 'planned_finish_on'
        ),
        (
            'agenda_item', 'agenda_items', 'agenda_no', "agenda_no || ' ' || title", 'submitting_body', 'planned_month',
            'due_by'
        ),
        (
            'suggestion_reply', 'suggestions', 'suggestion_no', 'suggestion_no', 'host_unit', 'assigned_on',
            'final_due_on'
        ),
        (
            'feedback_answer', 'feedback', 'feedback_no', 'feedback_no', 'host_unit', 'cast(received_at as date)',
            'due_on'
        ),
        (
            'snapshot_case', 'snapshot_cases', 'case_no', 'case_no', 'host_unit', 'cast(accepted_at as date)',
            'cast(due_at as date)'
        ),
    ] %}
        union all
        select
            department_code,
            fiscal_year,
            '{{ kind }}' as deadline_kind,
            {{ key }} as item_key,
            {{ name }} as item_name,
            {{ unit }} as responsible_unit,
            {{ started_on }} as started_on,
            {{ due_on }} as due_on,
            submission_id,
            sheet,
            row_number
        from {{ facts }}
    {% endfor %}
    union all
    select
        department_code,
        fiscal_year,
        'hand_in' as deadline_kind,
        ledger || '|' || coalesce(kind_zh, '') || '|' || period as item_key,
        ledger_zh || coalesce('(' || nullif(kind_zh, '') || ')', '') || ' ' || period as item_name,
        owner as responsible_unit,
        null as started_on,
        due_on,
        null as submission_id,
        null as sheet,
        null as row_number
    from owed
),

with_days as (
    select
        items.*,
        built_for.built_for_day,
        {{ dbt.datediff('built_for.built_for_day', 'items.due_on', 'day') }} as days_left,
        -- A pause that began after the deadline stops nothing.
        case
            when paused.paused_since <= items.due_on and items.due_on >= built_for.built_for_day
                then paused.paused_since
        end as paused_since,
        {{ parameter_value('deadline_soon_days', 'items.fiscal_year') }} as soon_days,
        {{ parameter_value('deadline_urgent_days', 'items.fiscal_year') }} as urgent_days
    from items
    cross join built_for
    left join paused
        on
            items.department_code = paused.department_code
            and items.deadline_kind = paused.deadline_kind
            and items.item_key = paused.item_key
    where items.due_on is not null
)

select
    with_days.department_code,
    with_days.fiscal_year,
    with_days.deadline_kind,
    coalesce(kinds.name_zh, with_days.deadline_kind) as deadline_name,
    kinds.what_zh,
    with_days.item_key,
    with_days.item_name,
    with_days.responsible_unit,
    with_days.started_on,
    with_days.due_on,
    cast(with_days.days_left as integer) as days_left,
    with_days.paused_since,
    case
        when with_days.paused_since is not null then '暂停'
        when with_days.days_left < 0 then '逾期'
        when with_days.days_left <= with_days.urgent_days then '紧急'
        when with_days.days_left <= with_days.soon_days then '临近'
        else '未到期'
    end as state,
    kinds.basis_zh,
    with_days.built_for_day as seen_on,
    with_days.submission_id,
    with_days.sheet,
    with_days.row_number
from with_days
left join kinds
    on
        with_days.deadline_kind = kinds.deadline_kind
        and {{ valid_in('with_days.fiscal_year', 'kinds') }}
