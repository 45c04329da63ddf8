-- Grain: one row per figure and ledger row of performance management that counts for it.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

allocations as (
    select * from {{ ref('fct_budget_allocations') }}
),

payments as (
    select * from {{ ref('fct_payments') }}
),

fiscal_funds as (
    select * from {{ ref('fiscal_appropriation_funds') }}
),

projects as (
    select * from {{ ref('dim_project_yearly') }}
    where spending_kind = '项目支出'
),

targets as (
    -- What a form says as a whole stands on each of its rows: all of them prove it, the first has the measure.
    select * from {{ ref('fct_performance_targets') }}
),

filed_targets as (
    select targets.*
    from targets
    inner join projects
        on
            targets.department_code = projects.department_code
            and targets.fiscal_year = projects.fiscal_year
            and targets.project_code = projects.project_code
    where targets.filed_on is not null
),

monitoring_duties as (
    select * from {{ ref('monitoring_duties') }}
),

monitoring_records as (
    select * from {{ ref('fct_monitoring_records') }}
),

owed_reports as (
    select
        monitoring_records.*,
        duties.is_on_time
    from monitoring_records
    inner join monitoring_duties as duties
        on
            monitoring_records.department_code = duties.department_code
            and monitoring_records.fiscal_year = duties.fiscal_year
            and monitoring_records.project_code = duties.project_code
            and monitoring_records.period_name = duties.period_name
    where monitoring_records.filed_on is not null
),

self_evaluations as (
    select * from {{ ref('fct_self_evaluations') }}
),

owed_self_evaluations as (
    select self_evaluations.*
    from self_evaluations
    inner join projects
        on
            self_evaluations.department_code = projects.department_code
            and self_evaluations.fiscal_year = projects.fiscal_year
            and self_evaluations.project_code = projects.project_code
    where self_evaluations.is_filed
),

findings as (
    -- Findings about purchases and assets count elsewhere (evidence_findings).
    select * from {{ ref('fct_finance_findings') }}
    where is_confirmed and counts_in = 'finance_findings.confirmed'
),

disclosure_duties as (
    select * from {{ ref('disclosure_duties') }}
),

disclosure_gaps as (
    select * from {{ ref('disclosure_gaps') }}
),

policies as (
    select * from {{ ref('dim_policy_yearly') }}
    where is_in_force
),

stages as (
    select * from {{ ref('performance_stages') }}
),

covered_stages as (
    select
        policies.*,
        stages.stage
    from policies
    inner join stages
        on
            {{ valid_in('policies.fiscal_year', 'stages') }}
            and '、' || policies.stages || '、' like '%、' || stages.stage || '、%'
),

applications as (
    select * from {{ ref('fct_result_applications') }}
)

{% set by_quarter_end -%}
    <= {{ day_of_year('facts.fiscal_year', 'figure.subject') }}
    and facts.fund_type in (
        select fiscal_funds.fund_type from fiscal_funds
        where {{ valid_in('facts.fiscal_year', 'fiscal_funds') }}
    )
{%- endset %}
{% set owed_document = "facts.document_kind || '|' || facts.object_name || '|' || facts.platform" %}

{% for quarter in range(1, 5) %}
    {{ evidence_of(
        'spending.quarter_' ~ quarter, 'payments', 'facts.voucher_no', 'facts.amount_yuan',
        'facts.cleared_on ' ~ by_quarter_end
    ) }}
    union all
    {{ evidence_of(
        'budget.quarter_' ~ quarter, 'allocations', 'facts.allocation_no', 'facts.amount_yuan',
        'facts.issued_on ' ~ by_quarter_end
    ) }}
    union all
{% endfor %}
{% for figure_id in ['targets.required', 'self_evaluations.required'] %}
    {{ evidence_of(figure_id, 'projects', 'facts.project_code') }}
    union all
{% endfor %}
{{ evidence_of(
    'targets.filed', 'filed_targets', 'facts.project_code', 'case when facts.is_first_of_form then 1 end'
) }}
union all
{{ evidence_of(
    'targets.returned', 'targets', 'facts.project_code',
    'case when facts.is_first_of_form then facts.returned_count end',
    'facts.returned_count is not null'
) }}
union all
{{ evidence_of(
    'monitoring.required', 'monitoring_duties', 'facts.project_code', where='facts.period_name = figure.subject'
) }}
union all
{{ evidence_of(
    'monitoring.projects', 'owed_reports', 'facts.project_code', where='facts.period_name = figure.subject'
) }}
union all
{{ evidence_of(
    'monitoring.due_reports', 'monitoring_duties', "facts.project_code || '|' || facts.period_name"
) }}
union all
{{ evidence_of(
    'monitoring.on_time_reports', 'owed_reports', "facts.project_code || '|' || facts.period_name",
    where='facts.is_on_time'
) }}
union all
{{ evidence_of('self_evaluations.filed', 'owed_self_evaluations', 'facts.project_code') }}
union all
{{ evidence_of('self_evaluations.large_gaps', 'self_evaluations', 'facts.project_code', where='facts.is_large_gap') }}
union all
{{ evidence_of('finance_findings.confirmed', 'findings', 'facts.finding_no') }}
union all
{{ evidence_of('finance_findings.severe', 'findings', 'facts.finding_no', where='facts.severity = figure.subject') }}
{% for name in ['budget', 'accounts', 'targets', 'results'] %}
    union all
    {{ evidence_of(
        'disclosures.' ~ name ~ '_required', 'disclosure_duties', owed_document,
        where='facts.document_kind = figure.subject'
    ) }}
{% endfor %}
{% for name in ['budget', 'accounts', 'targets', 'results'] %}
    union all
    {{ evidence_of(
        'disclosures.' ~ name ~ '_on_time', 'disclosure_duties', owed_document,
        where='facts.document_kind = figure.subject and facts.is_on_time'
    ) }}
{% endfor %}
{% for name in ['budget', 'accounts'] %}
    union all
    {{ evidence_of(
        'disclosures.' ~ name ~ '_content_gaps', 'disclosure_gaps', 'facts.item',
        where='facts.document_kind = figure.subject'
    ) }}
{% endfor %}
{% for name in ['targets', 'results'] %}
    union all
    {{ evidence_of(
        'disclosures.' ~ name ~ '_published', 'disclosure_duties', owed_document,
        where='facts.document_kind = figure.subject and facts.is_published'
    ) }}
{% endfor %}
union all
{{ evidence_of('policies.stages_covered', 'covered_stages', 'facts.stage') }}
{% for stage in ['ex_ante', 'targets', 'monitoring', 'evaluation', 'application', 'feedback'] %}
    union all
    {{ evidence_of('policies.stage_' ~ stage, 'covered_stages', 'facts.stage', where='facts.stage = figure.subject') }}
{% endfor %}
{% for figure_id in ['policies.procurement_rules', 'policies.asset_rules'] %}
    union all
    {{ evidence_of(figure_id, 'policies', 'facts.policy_no', where='facts.policy_kind = figure.subject') }}
{% endfor %}
{% for name in ['used_for_budget', 'adjusted_from_monitoring', 'reported_internally'] %}
    union all
    {{ evidence_of(
        'results.' ~ name, 'applications', 'facts.application_no', where='facts.use_kind = figure.subject'
    ) }}
{% endfor %}
union all
{{ evidence_of(
    'results.rectification_required', 'applications', 'facts.application_no', where='facts.is_rectification_required'
) }}
union all
{{ evidence_of(
    'results.rectified', 'applications', 'facts.application_no',
    where='facts.is_rectification_required and facts.rectified_on is not null'
) }}
