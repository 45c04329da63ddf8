{{ config(materialized='table', contract={'enforced': true}) }}
-- Grain: one row per figure and source row that counts for it.
-- The measure is carried once per fact; further source rows of the same fact have no measure.
{%- set domains = [
    'organisation',
    'budget',
    'deputies',
    'performance',
    'findings',
    'procurement',
    'surveys',
    'duties',
    'assets',
    'running_costs',
    'income',
    'scheme',
    'targets',
] %}
with

{% for domain in domains %}
    {{ domain }} as (
        select * from {{ ref('evidence_' ~ domain) }}
    ),
{% endfor %}

everything as (
    {% for domain in domains %}
        {% if not loop.first %} union all {% endif %}
        select * from {{ domain }}
    {% endfor %}
)

select
    figure_id,
    cast(fiscal_year as integer) as fiscal_year,
    department_code,
    fact_key,
    measure,
    submission_id,
    sheet,
    row_number
from everything
