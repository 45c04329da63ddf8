-- Grain: one row per rule and thing it hits. Leads are for people to look into; they never deduct a point.
-- `measured` is what the rule looks at and `compared` what it is held against, both in yuan.
with

procurements as (
    select * from {{ ref('fct_procurements') }}
),

contracts as (
    select * from {{ ref('fct_contracts') }}
),

chain as (
    select * from {{ ref('procurement_chain') }}
    where contract_no is not null
),

payments as (
    select * from {{ ref('fct_payments') }}
),

paid_contracts as (
    select * from {{ ref('int_procurement__contract_payments') }}
),

duplicates as (
    select * from {{ ref('int_procurement__duplicate_payments') }}
),

projects as (
    select * from {{ ref('dim_project_yearly') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

rules as (
    select * from {{ ref('procurement_lead_rules') }}
),

without_tender as (
    select
        *,
        coalesce(winning_amount_yuan, budget_yuan) as bought_yuan,
        sum(coalesce(winning_amount_yuan, budget_yuan)) over (
            partition by department_code, fiscal_year, project_code, procurement_item
        ) as measured_yuan,
        count(*) over (partition by department_code, fiscal_year, project_code, procurement_item) as purchases,
        row_number() over (
            partition by department_code, fiscal_year, project_code, procurement_item
            order by coalesce(winning_amount_yuan, budget_yuan) desc, procurement_no asc
        ) as place
    from procurements
    where method_kind <> '招标' and scope = '政府采购'
),

split_purchases as (
    select
        *,
        {{ parameter_value('open_tender_yuan', 'without_tender.fiscal_year') }} as compared_yuan
    from without_tender
    where purchases > 1 and place = 1
),

originals as (
    select
        original.*,
        supplements.supplementary_yuan,
        supplements.last_signed_on,
        {{ parameter_value('supplementary_limit', 'original.fiscal_year') }} as supplementary_limit
    from contracts as original
    inner join (
        select
            department_code,
            original_contract_no,
            sum(amount_yuan) as supplementary_yuan,
            max(signed_on) as last_signed_on
        from contracts
        where is_supplementary
        group by department_code, original_contract_no
    ) as supplements
        on
            original.department_code = supplements.department_code
            and original.contract_no = supplements.original_contract_no
),

agreed as (
    select
        chain.*,
        chain.amount_yuan + coalesce(originals.supplementary_yuan, 0) as agreed_yuan
    from chain
    left join originals
        on
            chain.department_code = originals.department_code
            and chain.contract_no = originals.contract_no
    where not chain.is_supplementary
),

payments_by_date as (
    select
        *,
        row_number() over (
            partition by department_code, contract_no
            order by cleared_on asc, voucher_no asc
        ) as place
    from payments
    where contract_no is not null and not is_refund
),

project_payments as (
    select
        payments.*,
        projects.project_name,
        sum(payments.amount_yuan) over (
            partition by payments.department_code, payments.fiscal_year, payments.project_code
        ) as year_yuan,
        sum(case when extract(month from payments.cleared_on) = 12 then payments.amount_yuan else 0 end) over (
            partition by payments.department_code, payments.fiscal_year, payments.project_code
        ) as december_yuan,
        row_number() over (
            partition by payments.department_code, payments.fiscal_year, payments.project_code
            order by
                case when extract(month from payments.cleared_on) = 12 then 0 else 1 end,
                payments.amount_yuan desc,
                payments.voucher_no asc
        ) as place
    from payments
    left join projects
        on
            payments.department_code = projects.department_code
            and payments.fiscal_year = projects.fiscal_year
            and payments.project_code = projects.project_code
    where payments.spending_kind = '项目支出'
),

rushes as (
    select
        *,
        {{ parameter_value('december_rush_share', 'project_payments.fiscal_year') }} as rush_share
    from project_payments
    where place = 1 and year_yuan > 0
),

hits as (
    select
        'split_purchase' as rule,
        department_code,
        fiscal_year,
        procurement_no as fact_key,
        procurement_item as subject,
        measured_yuan,
        compared_yuan,
        award_notice_on as occurred_on,
        submission_id,
        sheet,
        row_number
    from split_purchases
    where measured_yuan >= compared_yuan and bought_yuan < compared_yuan
    union all
    select
        'supplementary_over_limit' as rule,
        department_code,
        fiscal_year,
        contract_no as fact_key,
        contract_name as subject,
        supplementary_yuan as measured_yuan,
        amount_yuan as compared_yuan,
        last_signed_on as occurred_on,
        submission_id,
        sheet,
        row_number
    from originals
    where supplementary_yuan > amount_yuan * supplementary_limit
    union all
    select
        'plan_not_filed' as rule,
        department_code,
        fiscal_year,
        procurement_no as fact_key,
        procurement_name as subject,
        budget_yuan as measured_yuan,
        cast(null as decimal(18, 2)) as compared_yuan,
        coalesce(notice_on, award_notice_on) as occurred_on,
        submission_id,
        sheet,
        row_number
    from procurements
    where scope = '政府采购' and (plan_filed_on is null or plan_filed_on > notice_on)
    union all
    select
        'minutes_missing' as rule,
        department_code,
        fiscal_year,
        procurement_no as fact_key,
        procurement_name as subject,
        budget_yuan as measured_yuan,
        cast(null as decimal(18, 2)) as compared_yuan,
        coalesce(notice_on, award_notice_on) as occurred_on,
        submission_id,
        sheet,
        row_number
    from procurements
    where needs_collective_decision and minutes_no is null
    union all
    select
        'sme_not_reserved' as rule,
        procurements.department_code,
        procurements.fiscal_year,
        procurements.procurement_no as fact_key,
        procurements.procurement_name as subject,
        coalesce(sum(contracts.sme_reserve_counted_yuan), 0) as measured_yuan,
        procurements.sme_required_yuan as compared_yuan,
        coalesce(procurements.notice_on, procurements.award_notice_on) as occurred_on,
        procurements.submission_id,
        procurements.sheet,
        procurements.row_number
    from procurements
    inner join contracts
        on
            procurements.department_code = contracts.department_code
            and procurements.procurement_no = contracts.procurement_no
    where procurements.is_within_sme_limit and procurements.sme_required_yuan is not null
    group by
        procurements.department_code,
        procurements.fiscal_year,
        procurements.procurement_no,
        procurements.procurement_name,
        procurements.sme_required_yuan,
        procurements.notice_on,
        procurements.award_notice_on,
        procurements.submission_id,
        procurements.sheet,
        procurements.row_number
    having coalesce(sum(contracts.sme_reserve_counted_yuan), 0) < procurements.sme_required_yuan
    union all
    select
        'paid_before_contract' as rule,
        agreed.department_code,
        first_payments.fiscal_year,
        agreed.contract_no as fact_key,
        agreed.chain_name as subject,
        first_payments.amount_yuan as measured_yuan,
        agreed.amount_yuan as compared_yuan,
        first_payments.cleared_on as occurred_on,
        first_payments.submission_id,
        first_payments.sheet,
        first_payments.row_number
    from agreed
    inner join payments_by_date as first_payments
        on
            agreed.department_code = first_payments.department_code
            and agreed.contract_no = first_payments.contract_no
            and first_payments.place = 1
    where agreed.signed_on is null or first_payments.cleared_on < agreed.signed_on
    union all
    select
        'paid_over_contract' as rule,
        department_code,
        cast(extract(year from last_paid_on) as integer) as fiscal_year,
        contract_no as fact_key,
        chain_name as subject,
        paid_yuan as measured_yuan,
        agreed_yuan as compared_yuan,
        last_paid_on as occurred_on,
        submission_id,
        sheet,
        row_number
    from agreed
    where paid_yuan > agreed_yuan
    union all
    select
        'paid_without_contract' as rule,
        first_payments.department_code,
        first_payments.fiscal_year,
        first_payments.contract_no as fact_key,
        first_payments.contract_no as subject,
        paid_contracts.paid_yuan as measured_yuan,
        cast(null as decimal(18, 2)) as compared_yuan,
        first_payments.cleared_on as occurred_on,
        first_payments.submission_id,
        first_payments.sheet,
        first_payments.row_number
    from payments_by_date as first_payments
    inner join paid_contracts
        on
            first_payments.department_code = paid_contracts.department_code
            and first_payments.contract_no = paid_contracts.contract_no
    left join contracts
        on
            first_payments.department_code = contracts.department_code
            and first_payments.contract_no = contracts.contract_no
    where first_payments.place = 1 and contracts.contract_no is null
    union all
    select
        'duplicate_payment' as rule,
        department_code,
        fiscal_year,
        voucher_no as fact_key,
        first_voucher_no as subject,
        amount_yuan as measured_yuan,
        amount_yuan as compared_yuan,
        cleared_on as occurred_on,
        submission_id,
        sheet,
        row_number
    from duplicates
    union all
    select
        'december_rush' as rule,
        department_code,
        fiscal_year,
        project_code as fact_key,
        project_name as subject,
        december_yuan as measured_yuan,
        year_yuan as compared_yuan,
        cleared_on as occurred_on,
        submission_id,
        sheet,
        row_number
    from rushes
    where december_yuan > year_yuan * rush_share
)

select
    hits.department_code,
    hits.fiscal_year,
    hits.rule,
    rules.name_zh as rule_name,
    hits.fact_key,
    hits.subject,
    cast(hits.measured_yuan as decimal(18, 2)) as measured_yuan,
    cast(hits.compared_yuan as decimal(18, 2)) as compared_yuan,
    cast(100 * {{ exact_ratio('hits.measured_yuan', 'hits.compared_yuan') }} as decimal(18, 2)) as share_pct,
    hits.occurred_on,
    rules.to_check_zh,
    rules.source as legal_basis,
    hits.submission_id,
    hits.sheet,
    hits.row_number
from hits
inner join rules on hits.rule = rules.rule
