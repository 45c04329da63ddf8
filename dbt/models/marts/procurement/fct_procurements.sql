-- Grain: one row per procurement, with the intention that was published for it.
-- The year is that of the notice; without one that of the award notice, else of the ledger.
with

procurement_methods as (
    select * from {{ ref('procurement_methods') }}
),

procurement_categories as (
    select * from {{ ref('procurement_categories') }}
),

ledger as (
    select
        *,
        cast(
            coalesce(extract(year from notice_on), extract(year from award_notice_on), period_year) as integer
        ) as fiscal_year
    from {{ ref('stg_procurement__procurements') }}
),

contracts as (
    select
        department_code,
        procurement_no,
        count(*) as contract_count,
        max(case when is_secret then 1 else 0 end) = 1 as is_secret
    from {{ ref('stg_procurement__contracts') }}
    where not is_supplementary
    group by department_code, procurement_no
),

intentions as (
    select * from {{ ref('int_procurement__intention_matches') }}
),

method_kinds as (
    select * from {{ ref('procurement_method_kinds') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

limited as (
    select
        ledger.*,
        {{ parameter_value('intent_days', 'ledger.fiscal_year') }} as intent_days,
        case
            when ledger.procurement_category = 'B' then {{ parameter_value('sme_works', 'ledger.fiscal_year') }}
            else {{ parameter_value('sme_goods_services', 'ledger.fiscal_year') }}
        end as sme_limit_yuan,
        case
            when ledger.procurement_category = 'B' then {{ parameter_value('sme_reserve_works', 'ledger.fiscal_year') }}
            else {{ parameter_value('sme_reserve', 'ledger.fiscal_year') }}
        end as sme_reserve,
        ledger.scope = '政府采购' and ledger.notice_on is not null as is_noticed,
        ledger.intention_exemption is not null or coalesce(ledger.is_secret, false) as is_intention_exempt
    from ledger
)

select
    limited.department_code,
    limited.fiscal_year,
    limited.procurement_no,
    {{ name_unless_secret('limited.procurement_name', 'contracts.is_secret') }} as procurement_name,
    limited.project_code,
    limited.responsible_unit,
    limited.scope,
    limited.procurement_category,
    {{ code_name('procurement_categories', 'limited.procurement_category', 'limited.fiscal_year') }}
        as procurement_category_name,
    limited.procurement_item,
    limited.procurement_method,
    {{ code_name('procurement_methods', 'limited.procurement_method', 'limited.fiscal_year') }}
        as procurement_method_name,
    method_kinds.method_kind,
    limited.budget_yuan,
    limited.plan_filed_on,
    limited.notice_on,
    limited.award_notice_on,
    limited.earlier_award_notice_on,
    limited.winning_amount_yuan,
    cast(coalesce(contracts.contract_count, 0) as integer) as contract_count,
    limited.is_sme_suitable,
    case
        when limited.scope <> '政府采购' or not coalesce(limited.is_sme_suitable, false) then null
        when limited.budget_yuan <= limited.sme_limit_yuan then limited.budget_yuan
        else cast(limited.budget_yuan * limited.sme_reserve as decimal(18, 2))
    end as sme_required_yuan,
    limited.budget_yuan <= limited.sme_limit_yuan as is_within_sme_limit,
    cast(limited.complaints_raised as integer) as complaints_raised,
    cast(limited.complaints_upheld as integer) as complaints_upheld,
    limited.complaint_decided_on,
    cast(limited.penalties as integer) as penalties,
    limited.penalised_on,
    cast(limited.violations_confirmed as integer) as violations_confirmed,
    limited.violation_confirmed_on,
    limited.needs_collective_decision,
    limited.minutes_no,
    limited.is_urgent,
    limited.is_secret,
    limited.is_agricultural,
    limited.is_platform_832,
    limited.is_green_mandatory,
    limited.is_green,
    limited.intention_exemption,
    limited.is_noticed and not limited.is_intention_exempt and limited.intent_days is not null as is_intention_required,
    intentions.intention_no,
    cast(intentions.version_no as integer) as intention_version_no,
    intentions.published_on as intention_published_on,
    intentions.is_complete as is_intention_complete,
    cast({{ dbt.dateadd('day', '-cast(limited.intent_days as integer)', 'limited.notice_on') }} as date)
        as intention_due_on,
    cast({{ dbt.datediff('intentions.published_on', 'limited.notice_on', 'day') }} as integer) as intention_days,
    case
        when not limited.is_noticed or limited.intent_days is null then 'NOT_APPLICABLE'
        when limited.is_intention_exempt then 'EXEMPT'
        when intentions.published_on is null then 'MISSING'
        when {{ dbt.datediff('intentions.published_on', 'limited.notice_on', 'day') }} >= limited.intent_days
            then 'ON_TIME'
        else 'LATE'
    end as intention_state,
    {{ surrogate(['limited.department_code', 'limited.fiscal_year', 'limited.project_code']) }} as project_year_key,
    limited.submission_id,
    limited.sheet,
    limited.row_number,
    intentions.submission_id as intention_submission_id,
    intentions.sheet as intention_sheet,
    intentions.row_number as intention_row_number
from limited
left join contracts
    on
        limited.department_code = contracts.department_code
        and limited.procurement_no = contracts.procurement_no
left join intentions
    on
        limited.department_code = intentions.department_code
        and limited.procurement_no = intentions.procurement_no
left join method_kinds on limited.procurement_method = method_kinds.procurement_method
