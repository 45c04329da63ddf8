-- A failure means that something counts as a part (a solved opinion, a municipal suggestion) which does not count in
-- the whole: the two figures are defined differently. The data engineer looks at the evidence model that gives both.
{%- set wholes = {
    'suggestions.municipal': 'suggestions.all_levels',
    'suggestions.key': 'suggestions.municipal',
    'campaign.suggestions': 'suggestions.all_levels',
    'feedback.solved': 'feedback.received',
    'campaign.opinions': 'feedback.received',
    'snapshots.closed': 'snapshots.cases',
    'snapshots.deputies': 'snapshots.cases',
    'campaign.deputies': 'stations.deputies_assigned',
    'monitoring.projects': 'targets.filed',
    'monitoring.amount': 'budget.total',
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
where parts.value > wholes.value
