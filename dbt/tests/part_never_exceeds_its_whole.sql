-- A failure means that something counts as a part (a solved opinion, a municipal suggestion) which does not count in
-- the whole: the two figures are defined differently. The data engineer looks at the evidence model that gives both.
{#- Parts of the budget are not here: a budget below them means a negative line, which the gate tells in plain words. #}
{%- set wholes = {
    'suggestions.municipal': 'suggestions.all_levels',
    'suggestions.key': 'suggestions.municipal',
    'campaign.suggestions': 'suggestions.all_levels',
    'feedback.solved': 'feedback.received',
    'campaign.opinions': 'feedback.received',
    'snapshots.closed': 'snapshots.cases',
    'snapshots.deputies': 'snapshots.cases',
    'targets.filed': 'targets.required',
    'monitoring.projects': 'monitoring.required',
    'monitoring.on_time_reports': 'monitoring.due_reports',
    'self_evaluations.filed': 'self_evaluations.required',
    'finance_findings.severe': 'finance_findings.confirmed',
    'disclosures.budget_on_time': 'disclosures.budget_required',
    'disclosures.accounts_on_time': 'disclosures.accounts_required',
    'disclosures.targets_published': 'disclosures.targets_required',
    'disclosures.results_published': 'disclosures.results_required',
    'disclosures.targets_on_time': 'disclosures.targets_published',
    'disclosures.results_on_time': 'disclosures.results_published',
    'results.rectified': 'results.rectification_required',
    'intentions.published_complete': 'intentions.required',
    'intentions.with_intention': 'intentions.required',
    'intentions.on_time': 'intentions.with_intention',
    'contracts.signed_on_time': 'contracts.due_for_signing',
    'contracts.published_on_time': 'contracts.due_for_publication',
    'contracts.filed_on_time': 'contracts.due_for_filing',
    'contracts.recorded_on_time': 'contracts.due_for_record',
    'sme.required_amount': 'sme.suitable_amount',
    'sme.fulfilled_amount': 'sme.required_amount',
    'sme.small_micro_amount': 'sme.reserved_amount',
    'sme.platform832_amount': 'sme.agricultural_amount',
    'sme.green_amount': 'sme.green_mandatory_amount',
    'duty.special_reports_heard_on_time': 'duty.special_reports_planned',
    'duty.major_matters_decided_on_time': 'duty.major_matters_planned',
    'duty.major_matters_compliant': 'duty.major_matters_decided',
    'duty.laws_fully_published': 'duty.laws_promulgated',
    'duty.publication_cells_filled': 'duty.publication_cells_required',
    'duty.surveys_finished_on_time': 'duty.surveys_planned',
    'duty.meetings_without_serious_incident': 'duty.meetings_supported',
    'assets.in_use_original_value': 'assets.fixed_original_value',
    'assets.cards_incomplete': 'assets.cards',
    'assets.equipment_over_standard': 'assets.purchases_checked',
    'asset_income.remitted_on_time': 'asset_income.received',
    'inventories.cards_counted': 'inventories.cards_required',
    'inventories.differences_handled': 'inventories.differences',
    'reconciliation.classes_equal': 'reconciliation.classes_compared',
    'reconciliation.unexplained_changes': 'reconciliation.large_changes',
    'asset_disposals.proper': 'asset_disposals.total',
    'three_public.reception.spent': 'three_public.spent',
    'public_funds.spent': 'spending.basic',
    'spending.fiscal': 'spending.total',
    'campaign.deputies': 'stations.deputies_assigned',
    'monitoring.projects': 'targets.filed',
    'legislation.laws_promulgated': 'legislation.bills_deliberated',
} %}
with

figures as (
    select * from {{ ref('figures') }}
),

pairs as (
    {% for part, whole in wholes.items() %}
        {% if not loop.first %} union all {% endif %}
        select
            '{{ part }}' as part,
            '{{ whole }}' as whole
    {% endfor %}
)

select
    parts.department_code,
    parts.fiscal_year,
    pairs.part,
    parts.value as part_value,
    pairs.whole,
    wholes.value as whole_value
from pairs
inner join figures as parts on pairs.part = parts.figure_id
inner join figures as wholes
    on
        pairs.whole = wholes.figure_id
        and parts.department_code = wholes.department_code
        and parts.fiscal_year = wholes.fiscal_year
where
    parts.value > wholes.value
    -- What lacks a part of its year is told as PARTIAL.
    and parts.is_whole_year
    and wholes.is_whole_year
