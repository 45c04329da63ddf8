-- Grain: one row per figure and procurement, intention or contract that counts for it.
-- A contract that the signing clock counts is proved by its own row and by that of its procurement; only the first has
-- the measure.
{%- set filing_clocks = {
    'publication': ['contracts.due_for_publication', 'contracts.published_on_time'],
    'filing': ['contracts.due_for_filing', 'contracts.filed_on_time'],
    'record': ['contracts.due_for_record', 'contracts.recorded_on_time'],
} %}
{%- set kinds_of_violation = [
    ('投诉成立', 'complaints_upheld', 'complaint_decided_on'),
    ('行政处罚', 'penalties', 'penalised_on'),
    ('认定违规', 'violations_confirmed', 'violation_confirmed_on'),
] %}
{%- set no_measure = 'cast(null as decimal(18, 2))' %}
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

procurements as (
    select * from {{ ref('fct_procurements') }}
),

contracts as (
    select * from {{ ref('fct_contracts') }}
),

chain as (
    select * from {{ ref('procurement_chain') }}
),

intentions as (
    -- The row of the intention that stands behind a procurement.
    select
        department_code,
        fiscal_year,
        procurement_no,
        is_intention_required,
        intention_state,
        is_intention_complete and intention_published_on <= notice_on as is_published_complete,
        intention_submission_id as submission_id,
        intention_sheet as sheet,
        intention_row_number as row_number
    from procurements
    where intention_published_on is not null
),

violations as (
    -- A confirmed case belongs to the year in which it was confirmed; one without that date stops publishing.
    {% for kind, counted, confirmed_on in kinds_of_violation %}
        {% if not loop.first %} union all {% endif %}
        select
            department_code,
            cast(extract(year from {{ confirmed_on }}) as integer) as fiscal_year,
            procurement_no || '/{{ kind }}' as violation_key,
            {{ counted }} as violations,
            submission_id,
            sheet,
            row_number
        from procurements
        where {{ counted }} > 0 and {{ confirmed_on }} is not null
    {% endfor %}
),

awards as (
    select
        department_code,
        cast(coalesce(extract(year from award_notice_on), fiscal_year) as integer) as fiscal_year,
        chain_no,
        signing_state as state,
        submission_id,
        sheet,
        row_number,
        true as is_own_row
    from chain
    where signing_state in ('ON_TIME', 'LATE')
    union all
    select
        department_code,
        cast(coalesce(extract(year from award_notice_on), fiscal_year) as integer) as fiscal_year,
        chain_no,
        signing_state as state,
        procurement_submission_id as submission_id,
        procurement_sheet as sheet,
        procurement_row_number as row_number,
        false as is_own_row
    from chain
    where
        signing_state in ('ON_TIME', 'LATE')
        and contract_no is not null
        and procurement_row_number is not null
),

signed as (
    {% for clock in filing_clocks %}
        {% if not loop.first %} union all {% endif %}
        select
            '{{ clock }}' as clock,
            department_code,
            fiscal_year,
            chain_no,
            {{ clock }}_state as state,
            submission_id,
            sheet,
            row_number
        from chain
        where {{ clock }}_state in ('ON_TIME', 'LATE')
    {% endfor %}
),

with_signed_contract as (
    select distinct
        department_code,
        procurement_no
    from contracts
    where signed_on is not null and not is_supplementary
),

held_to_reserve as (
    -- Who lets the 30 days go by without signing is not let off what should have been reserved.
    select
        department_code,
        procurement_no
    from with_signed_contract
    union
    select
        department_code,
        procurement_no
    from chain
    where signing_state = 'LATE' and signing_due_on is not null and signed_on is null
),

suitable as (
    select procurements.* from procurements
    inner join held_to_reserve
        on
            procurements.department_code = held_to_reserve.department_code
            and procurements.procurement_no = held_to_reserve.procurement_no
    where procurements.sme_required_yuan is not null
),

reserves as (
    select
        contracts.department_code,
        suitable.fiscal_year,
        suitable.procurement_no,
        contracts.contract_no,
        contracts.sme_reserve_counted_yuan as reserved_yuan,
        contracts.is_small_micro,
        contracts.submission_id,
        contracts.sheet,
        contracts.row_number
    from contracts
    inner join suitable
        on
            contracts.department_code = suitable.department_code
            and contracts.procurement_no = suitable.procurement_no
    where contracts.sme_reserve_counted_yuan > 0 and contracts.signed_on is not null
),

reserves_with_share as (
    select
        reserves.*,
        {{ parameter_value('small_micro', 'reserves.fiscal_year') }} as small_micro
    from reserves
),

reserved_of as (
    select
        suitable.department_code,
        suitable.procurement_no,
        sum(reserves.reserved_yuan) as reserved_yuan
    from suitable
    inner join reserves
        on
            suitable.department_code = reserves.department_code
            and suitable.procurement_no = reserves.procurement_no
    group by suitable.department_code, suitable.procurement_no
),

filled as (
    -- Up to the limit each procurement is looked at by itself; above it the law looks at all of them together, so they
    -- fill what is required of them one after the other.
    select
        suitable.*,
        reserved_of.reserved_yuan,
        sum(suitable.sme_required_yuan) over (
            partition by suitable.department_code, suitable.fiscal_year, suitable.is_within_sme_limit
        ) as group_required_yuan,
        sum(reserved_of.reserved_yuan) over (
            partition by suitable.department_code, suitable.fiscal_year, suitable.is_within_sme_limit
            order by suitable.procurement_no asc
            rows between unbounded preceding and current row
        ) as filled_yuan
    from suitable
    left join reserved_of
        on
            suitable.department_code = reserved_of.department_code
            and suitable.procurement_no = reserved_of.procurement_no
),

fulfilled as (
    select
        *,
        case
            when is_within_sme_limit and reserved_yuan < sme_required_yuan then reserved_yuan
            when is_within_sme_limit then sme_required_yuan
            when filled_yuan <= group_required_yuan then reserved_yuan
            when filled_yuan - reserved_yuan < group_required_yuan
                then group_required_yuan - (filled_yuan - reserved_yuan)
        end as fulfilled_yuan
    from filled
    where reserved_yuan is not null
),

bought as (
    -- Internal purchases below the limit are not held to the policies.
    select
        procurements.*,
        coalesce(procurements.winning_amount_yuan, procurements.budget_yuan) as bought_yuan
    from procurements
    left join with_signed_contract
        on
            procurements.department_code = with_signed_contract.department_code
            and procurements.procurement_no = with_signed_contract.procurement_no
    where
        procurements.scope = '政府采购'
        and (procurements.award_notice_on is not null or with_signed_contract.procurement_no is not null)
)

{{ evidence_of('intentions.required', 'procurements', 'facts.procurement_no', where='facts.is_intention_required') }}
union all
{{ evidence_of(
    'intentions.published_complete', 'procurements', 'facts.procurement_no',
    where='facts.is_intention_required and facts.is_intention_complete
        and facts.intention_published_on <= facts.notice_on'
) }}
union all
{{ evidence_of(
    'intentions.published_complete', 'intentions', 'facts.procurement_no', measure=no_measure,
    where='facts.is_intention_required and facts.is_published_complete'
) }}
union all
{{ evidence_of(
    'intentions.with_intention', 'procurements', 'facts.procurement_no',
    where='facts.is_intention_required and facts.intention_published_on is not null'
) }}
union all
{{ evidence_of(
    'intentions.with_intention', 'intentions', 'facts.procurement_no', measure=no_measure,
    where='facts.is_intention_required'
) }}
union all
{{ evidence_of(
    'intentions.on_time', 'procurements', 'facts.procurement_no',
    where="facts.is_intention_required and facts.intention_state = 'ON_TIME'"
) }}
union all
{{ evidence_of(
    'intentions.on_time', 'intentions', 'facts.procurement_no', measure=no_measure,
    where="facts.is_intention_required and facts.intention_state = 'ON_TIME'"
) }}
union all
{{ evidence_of('procurement.violations', 'violations', 'facts.violation_key', 'facts.violations') }}
union all
{{ evidence_of(
    'contracts.due_for_signing', 'awards', 'facts.chain_no', 'case when facts.is_own_row then 1 end'
) }}
union all
{{ evidence_of(
    'contracts.signed_on_time', 'awards', 'facts.chain_no', 'case when facts.is_own_row then 1 end',
    "facts.state = 'ON_TIME'"
) }}
{% for clock, (due, on_time) in filing_clocks.items() %}
    union all
    {{ evidence_of(due, 'signed', 'facts.chain_no', where="facts.clock = '" ~ clock ~ "'") }}
    union all
    {{ evidence_of(
        on_time, 'signed', 'facts.chain_no', where="facts.clock = '" ~ clock ~ "' and facts.state = 'ON_TIME'"
    ) }}
{% endfor %}
union all
{{ evidence_of('sme.suitable_amount', 'suitable', 'facts.procurement_no', 'facts.budget_yuan') }}
union all
{{ evidence_of('sme.required_amount', 'suitable', 'facts.procurement_no', 'facts.sme_required_yuan') }}
union all
{{ evidence_of('sme.reserved_amount', 'reserves', 'facts.contract_no', 'facts.reserved_yuan') }}
union all
{{ evidence_of(
    'sme.fulfilled_amount', 'fulfilled', 'facts.procurement_no', 'facts.fulfilled_yuan',
    'facts.fulfilled_yuan is not null'
) }}
union all
{{ evidence_of(
    'sme.small_micro_amount', 'reserves', 'facts.contract_no', 'facts.reserved_yuan', 'facts.is_small_micro'
) }}
union all
{{ evidence_of(
    'sme.small_micro_required_amount', 'reserves_with_share', 'facts.contract_no',
    'facts.reserved_yuan * facts.small_micro'
) }}
union all
{{ evidence_of(
    'sme.agricultural_amount', 'bought', 'facts.procurement_no', 'facts.bought_yuan', 'facts.is_agricultural'
) }}
union all
{{ evidence_of(
    'sme.platform832_amount', 'bought', 'facts.procurement_no', 'facts.bought_yuan',
    'facts.is_agricultural and facts.is_platform_832'
) }}
union all
{{ evidence_of(
    'sme.green_mandatory_amount', 'bought', 'facts.procurement_no', 'facts.bought_yuan', 'facts.is_green_mandatory'
) }}
union all
{{ evidence_of(
    'sme.green_amount', 'bought', 'facts.procurement_no', 'facts.bought_yuan',
    'facts.is_green_mandatory and facts.is_green'
) }}
