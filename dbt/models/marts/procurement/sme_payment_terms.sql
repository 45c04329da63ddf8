-- Grain: one row per contract with a small or medium enterprise whose term began under a rule on paying them.
-- Who agrees payment after acceptance counts from the acceptance; who lets the agreed day for it go by, from that day;
-- where neither is told, from the delivery, so that a blank gains nothing. What is agreed beyond the longest term does
-- not hold.
with

contracts as (
    select * from {{ ref('fct_contracts') }}
    where is_sme and delivered_on is not null
),

rules as (
    select * from {{ ref('sme_payment_rules') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

clock_changes as (
    select * from {{ ref('fct_clock_changes') }}
),

started as (
    select
        *,
        case
            when not coalesce(is_paid_after_acceptance, false) then delivered_on
            when accepted_on <= acceptance_due_on then accepted_on
            else coalesce(acceptance_due_on, accepted_on, delivered_on)
        end as started_on
    from contracts
),

agreed as (
    select
        started.department_code,
        started.fiscal_year,
        started.contract_no,
        started.started_on,
        coalesce(started.is_paid_after_acceptance, false) and started.started_on <> started.delivered_on
            as is_from_acceptance,
        case
            when started.payment_term_days > rules.longest_days then rules.longest_days
            else coalesce(started.payment_term_days, rules.default_days)
        end as days_allowed,
        rules.rule,
        rules.daily_interest_share,
        rules.arrears_publish_month_day,
        rules.terms_basis_zh,
        rules.acceptance_basis_zh,
        rules.interest_basis_zh,
        rules.publication_basis_zh,
        started.submission_id,
        started.sheet,
        started.row_number
    from started
    inner join rules
        on
            started.started_on >= rules.valid_from_on
            and (started.started_on <= rules.valid_to_on or rules.valid_to_on is null)
),

{{ changed_clock_ctes(
    'contract_payment', 'agreed', 'contract_no', 'started_on', moved_by('started_on', 'days_allowed')
) }},

due as (
    select
        agreed.*,
        changed.due_on as changed_due_on,
        {{ deadline_after_days('agreed.started_on', 'agreed.days_allowed') }} as agreed_due_on
    from agreed
    left join changed
        on
            agreed.department_code = changed.department_code
            and agreed.contract_no = changed.item_key
)

select
    department_code,
    fiscal_year,
    contract_no,
    started_on,
    days_allowed,
    coalesce(changed_due_on, agreed_due_on) as due_on,
    rule,
    daily_interest_share,
    arrears_publish_month_day,
    terms_basis_zh || case when is_from_acceptance then ';' || acceptance_basis_zh else '' end as basis_zh,
    interest_basis_zh,
    publication_basis_zh,
    submission_id,
    sheet,
    row_number
from due
