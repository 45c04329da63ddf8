-- A failure means that two ledgers of the duties tell different stories. `problem` says which: a meeting that the
-- register lacks, or something heard, voted on or decided on a day when it did not sit; a plan changed on a day without
-- a chairpersons' meeting; a bill of the agenda that the register of bills lacks; dates of a bill out of order; a law
-- whose day of promulgation differs between the checklist of published laws and the register of bills.
-- 办公厅秘书处 (agenda, support), 办公厅人事处 (appointments) or 法制工作委员会 (bills, laws) corrects the ledger.
{{ config(severity='warn') }}
with

{{ ledger_gaps() }},

meetings as (
    select * from {{ ref('dim_meeting') }}
),

items as (
    select * from {{ ref('fct_agenda_items') }}
),

bills as (
    select * from {{ ref('fct_bills') }}
),

appointments as (
    select * from {{ ref('fct_appointments') }}
),

support as (
    select * from {{ ref('fct_meeting_support') }}
),

checklist as (
    select * from {{ ref('stg_duties__publication_matrix') }}
),

mentions as (
    select
        'agenda_items' as ledger,
        department_code,
        fiscal_year,
        agenda_no as business_key,
        meeting_no,
        heard_on as happened_on,
        row_number
    from items
    union all
    select
        'agenda_items' as ledger,
        department_code,
        fiscal_year,
        agenda_no as business_key,
        meeting_no,
        voted_on as happened_on,
        row_number
    from items
    union all
    select
        'agenda_items' as ledger,
        department_code,
        fiscal_year,
        agenda_no as business_key,
        due_meeting_no as meeting_no,
        cast(null as date) as happened_on,
        row_number
    from items
    union all
    select
        'appointments' as ledger,
        department_code,
        fiscal_year,
        appointment_no as business_key,
        meeting_no,
        decided_on as happened_on,
        row_number
    from appointments
    union all
    select
        'meeting_support_log' as ledger,
        department_code,
        fiscal_year,
        support_no as business_key,
        meeting_no,
        cast(null as date) as happened_on,
        row_number
    from support
)

select
    'meeting or its days' as problem,
    mentions.ledger,
    mentions.department_code,
    mentions.business_key,
    mentions.row_number
from mentions
left join meetings
    on
        mentions.department_code = meetings.department_code
        and mentions.meeting_no = meetings.meeting_no
where
    mentions.meeting_no is not null
    and (
        meetings.meeting_no is null
        or mentions.happened_on < meetings.opened_on
        or mentions.happened_on > meetings.closed_on
    )
    and {{ stands_whole('mentions', ['meetings']) }}
union all
select
    'plan changed without a chairpersons meeting' as problem,
    'agenda_items' as ledger,
    items.department_code,
    items.agenda_no as business_key,
    items.row_number
from items
left join meetings
    on
        items.department_code = meetings.department_code
        and items.adjusted_on between meetings.opened_on and meetings.closed_on
        and meetings.body = '主任会议'
where
    items.adjusted_on is not null
    and meetings.meeting_no is null
    and {{ stands_whole('items', ['meetings']) }}
union all
select
    'bill of the agenda' as problem,
    'agenda_items' as ledger,
    items.department_code,
    items.agenda_no as business_key,
    items.row_number
from items
left join bills
    on
        items.department_code = bills.department_code
        and items.fiscal_year = bills.fiscal_year
        and items.bill_no = bills.bill_no
where
    items.bill_no is not null
    and bills.bill_no is null
    and {{ stands_whole('items', ['bills']) }}
union all
select
    'dates of a bill' as problem,
    'bills' as ledger,
    department_code,
    bill_no as business_key,
    row_number
from bills
where
    first_deliberated_on < proposed_on
    or second_deliberated_on < first_deliberated_on
    or third_deliberated_on < second_deliberated_on
    or passed_on < first_deliberated_on
    or approved_on < passed_on
    or promulgated_on < approved_on
    or withdrawn_on < proposed_on
union all
select distinct
    'promulgation of a law' as problem,
    'publication_matrix' as ledger,
    checklist.department_code,
    checklist.law_no as business_key,
    checklist.row_number
from checklist
left join bills
    on
        checklist.department_code = bills.department_code
        and checklist.period_year = bills.fiscal_year
        and checklist.law_no = bills.law_no
where
    bills.promulgated_on <> checklist.promulgated_on
    or (
        bills.law_no is null
        and not exists (
            select 1 from gaps
            where
                gaps.department_code = checklist.department_code
                and gaps.fiscal_year = checklist.period_year
                and gaps.ledger = 'bills'
        )
    )
