-- Grain: one row per figure and approved target of the department that counts for it.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

targets as (
    select * from {{ ref('fct_department_targets') }}
    where is_final and weight > 0
)

{% for name in ['output', 'benefit'] %}
    {% if not loop.first %} union all {% endif %}
    {{ evidence_of(
        'targets.overall_' ~ name, 'targets', 'facts.indicator_no',
        where="'|' || figure.subject || '|' like '%|' || facts.indicator_kind || '|%'"
    ) }}
{% endfor %}
