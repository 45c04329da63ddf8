-- Grain: one row per figure and organisational unit that counts for it.
with

figure_catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

units as (
    select * from {{ ref('dim_org_unit_yearly') }}
    where
        in_force_from <= {{ last_day_of('fiscal_year') }}
        and (in_force_to is null or in_force_to > {{ last_day_of('fiscal_year') }})
)

{% for figure_id in ['org.special_committees', 'org.general_offices', 'org.working_committees'] %}
    {% if not loop.first %} union all {% endif %}
    {{ evidence_of(figure_id, 'units', 'unit_code', where='facts.unit_kind = figure.subject') }}
{% endfor %}
