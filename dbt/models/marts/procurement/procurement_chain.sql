-- Grain: one row per contract or supplementary agreement, and one per award of a government procurement without one.
-- Day counts follow Civil Code art. 201-203: the first day is not counted; a last day that is off moves to the next
-- working day. Nothing is late before the ledgers reach beyond its due date (known_on).
{%- set working_day_clocks = {
    'publication': 'publish_wd', 'filing': 'file_wd', 'record': 'filing_limit_wd', 'finance': 'finance_file_wd'
} %}
with

procurement_methods as (
    select * from {{ ref('procurement_methods') }}
),

procurement_categories as (
    select * from {{ ref('procurement_categories') }}
),

procurements as (
    select * from {{ ref('fct_procurements') }}
),

contracts as (
    select * from {{ ref('fct_contracts') }}
),

payments as (
    select * from {{ ref('int_procurement__contract_payments') }}
),

terms as (
    select * from {{ ref('sme_payment_terms') }}
),

method_kinds as (
    select * from {{ ref('procurement_method_kinds') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

known as (
    select
        department_code,
        cast(max(received_at) as date) as known_on
    from {{ ref('stg_quality__current_submissions') }}
    where ledger = 'contracts'
    group by department_code
),

paid_until as (
    select
        department_code,
        max(cleared_on) as payments_known_on
    from {{ ref('int_budget__payments_netted') }}
    group by department_code
),

links as (
    select
        contracts.department_code,
        contracts.contract_no,
        contracts.procurement_no,
        contracts.submission_id,
        contracts.sheet,
        contracts.row_number
    from contracts
    union all
    select
        procurements.department_code,
        cast(null as string) as contract_no,
        procurements.procurement_no,
        procurements.submission_id,
        procurements.sheet,
        procurements.row_number
    from procurements
    where
        procurements.scope = '政府采购'
        and procurements.award_notice_on is not null
        and procurements.contract_count = 0
),

awards_without_contract as (
    -- They count as unsigned: a contract of the same amount that lost its number is not counted beside them.
    select distinct
        department_code,
        winning_amount_yuan
    from procurements
    where scope = '政府采购' and award_notice_on is not null and contract_count = 0
),

dated as (
    select
        links.*,
        coalesce(links.contract_no, links.procurement_no) as chain_no,
        coalesce(contracts.contract_name, procurements.procurement_name) as chain_name,
        coalesce(contracts.responsible_unit, procurements.responsible_unit) as responsible_unit,
        contracts.supplier_name,
        contracts.credit_code,
        contracts.is_sme,
        procurements.scope,
        procurements.procurement_category,
        procurements.procurement_method,
        contracts.amount_yuan,
        coalesce(contracts.is_supplementary, false) as is_supplementary,
        coalesce(contracts.is_secret, procurements.is_secret) as is_secret,
        procurements.intention_published_on,
        procurements.intention_days,
        procurements.intention_state,
        procurements.notice_on,
        procurements.award_notice_on,
        contracts.signed_on,
        contracts.published_on,
        contracts.filed_on,
        contracts.filed_with_finance_on,
        case
            when contracts.is_secret then contracts.filed_on
            when contracts.published_on is null or contracts.filed_on is null then null
            when contracts.published_on > contracts.filed_on then contracts.published_on
            else contracts.filed_on
        end as recorded_on,
        contracts.delivered_on,
        terms.started_on as payment_started_on,
        terms.due_on as payment_due_on,
        terms.basis_zh as payment_basis_zh,
        payments.first_paid_on,
        payments.last_paid_on,
        payments.paid_yuan,
        -- What was paid in full before the delivery is not waited for.
        case
            when payments.paid_yuan >= contracts.amount_yuan and payments.last_paid_on < contracts.delivered_on
                then payments.last_paid_on
            else payments.first_paid_after_delivery_on
        end as settled_on,
        cast(
            coalesce(
                extract(year from coalesce(contracts.signed_on, procurements.award_notice_on)), contracts.fiscal_year
            ) as integer
        ) as fiscal_year,
        -- Only contracts of government procurement are published, filed or reserved: whose number is lost stays one.
        contracts.contract_no is not null
        and procurements.procurement_no is null
        and (
            links.procurement_no is not null
            or contracts.published_on is not null
            or contracts.filed_on is not null
            or contracts.sme_reserve_form is not null
        ) as is_procurement_unknown,
        awards_without_contract.winning_amount_yuan is not null as has_award_without_contract,
        contracts.contract_no is not null
        and procurements.scope = '政府采购'
        and procurements.award_notice_on is null
        and coalesce(method_kinds.has_award_notice, false) as is_award_undated,
        known.known_on,
        paid_until.payments_known_on,
        procurements.submission_id as procurement_submission_id,
        procurements.sheet as procurement_sheet,
        procurements.row_number as procurement_row_number
    from links
    left join known on links.department_code = known.department_code
    left join paid_until on links.department_code = paid_until.department_code
    left join contracts
        on
            links.department_code = contracts.department_code
            and links.contract_no = contracts.contract_no
    left join procurements
        on
            links.department_code = procurements.department_code
            and links.procurement_no = procurements.procurement_no
    left join awards_without_contract
        on
            contracts.department_code = awards_without_contract.department_code
            and contracts.amount_yuan = awards_without_contract.winning_amount_yuan
    left join method_kinds on procurements.procurement_method = method_kinds.procurement_method
    left join payments
        on
            links.department_code = payments.department_code
            and links.contract_no = payments.contract_no
    left join terms
        on
            links.department_code = terms.department_code
            and links.contract_no = terms.contract_no
),

clocked as (
    select
        dated.*,
        dated.scope = '政府采购' and dated.award_notice_on is not null and not dated.is_supplementary
            as has_signing_clock,
        ((dated.is_procurement_unknown and not dated.has_award_without_contract) or dated.is_award_undated)
        and not dated.is_supplementary as is_award_unknown,
        (dated.scope = '政府采购' or dated.is_procurement_unknown) and dated.signed_on is not null as has_filing_clock,
        {{ parameter_value('sign_days', 'extract(year from dated.award_notice_on)') }} as sign_days,
        {%- for clock, parameter in working_day_clocks.items() %}
            {{ parameter_value(parameter, 'extract(year from dated.signed_on)') }} as {{ parameter }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from dated
),

due as (
    select
        clocked.*,
        clocked.has_signing_clock and clocked.sign_days is not null as runs_signing,
        clocked.has_filing_clock and clocked.publish_wd is not null as runs_publication,
        clocked.has_filing_clock and clocked.file_wd is not null as runs_filing,
        clocked.has_filing_clock and clocked.filing_limit_wd is not null as runs_record,
        clocked.signed_on is not null and clocked.finance_file_wd is not null as runs_finance,
        clocked.payment_started_on is not null as runs_payment,
        {{ deadline_after_days('clocked.award_notice_on', 'clocked.sign_days') }} as signing_due_on,
        {%- for clock, parameter in working_day_clocks.items() %}
            {{ deadline_after_working_days('clocked.signed_on', 'clocked.' ~ parameter) }} as {{ clock }}_due_on
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from clocked
)

select
    department_code,
    fiscal_year,
    chain_no,
    procurement_no,
    contract_no,
    chain_name,
    responsible_unit,
    supplier_name,
    credit_code,
    scope,
    procurement_category,
    {{ code_name('procurement_categories', 'procurement_category', 'fiscal_year') }} as procurement_category_name,
    procurement_method,
    {{ code_name('procurement_methods', 'procurement_method', 'fiscal_year') }} as procurement_method_name,
    amount_yuan,
    is_supplementary,
    is_secret,
    intention_published_on,
    intention_days,
    intention_state,
    notice_on,
    award_notice_on,
    signed_on,
    case when runs_signing then signing_due_on end as signing_due_on,
    case when runs_signing then cast({{ dbt.datediff('award_notice_on', 'signed_on', 'day') }} as integer) end
        as signing_days,
    -- A contract that nobody can show to be in time is not: the blank costs what a late one costs.
    case
        when is_award_unknown then 'LATE'
        else {{ clock_state('runs_signing', 'false', 'signing_due_on', 'signed_on', 'known_on') }}
    end as signing_state,
    published_on,
    case when runs_publication and not is_secret then publication_due_on end as publication_due_on,
    cast({{ working_days_between('due.signed_on', 'due.published_on') }} as integer) as publication_working_days,
    {{ clock_state('runs_publication', 'is_secret', 'publication_due_on', 'published_on', 'known_on') }}
        as publication_state,
    filed_on,
    case when runs_filing then filing_due_on end as filing_due_on,
    cast({{ working_days_between('due.signed_on', 'due.filed_on') }} as integer) as filing_working_days,
    {{ clock_state('runs_filing', 'false', 'filing_due_on', 'filed_on', 'known_on') }} as filing_state,
    recorded_on,
    case when runs_record then record_due_on end as record_due_on,
    cast({{ working_days_between('due.signed_on', 'due.recorded_on') }} as integer) as record_working_days,
    {{ clock_state('runs_record', 'false', 'record_due_on', 'recorded_on', 'known_on') }} as record_state,
    filed_with_finance_on,
    case when runs_finance then finance_due_on end as finance_due_on,
    cast({{ working_days_between('due.signed_on', 'due.filed_with_finance_on') }} as integer) as finance_working_days,
    {{ clock_state('runs_finance', 'false', 'finance_due_on', 'filed_with_finance_on', 'known_on') }}
        as finance_state,
    delivered_on,
    first_paid_on,
    last_paid_on,
    paid_yuan,
    settled_on,
    payment_started_on,
    payment_due_on,
    cast({{ dbt.datediff('payment_started_on', 'settled_on', 'day') }} as integer) as payment_days,
    {{ clock_state('runs_payment', 'false', 'payment_due_on', 'settled_on', 'payments_known_on') }} as payment_state,
    payment_basis_zh,
    known_on,
    payments_known_on,
    submission_id,
    sheet,
    row_number,
    procurement_submission_id,
    procurement_sheet,
    procurement_row_number
from due
