-- Grain: one row per department, fiscal year and campaign.
-- 0 where a ledger of the year holds nothing of the campaign; null where no such ledger was handed in.
{%- set ledgers = {
    'participations': 'fct_campaign_participations',
    'opinions': 'fct_station_feedback',
    'suggestions': 'fct_suggestions',
} %}
with

{% for name, fact in ledgers.items() %}
    {{ name }} as (
        select * from {{ ref(fact) }}
    ),

    {{ name }}_years as (
        select distinct
            department_code,
            fiscal_year
        from {{ name }}
    ),

    {{ name }}_counted as (
        select
            department_code,
            fiscal_year,
            campaign,
            {% if name == 'participations' %}
                count(distinct deputy_no) as deputies,
            {% endif %}
            count(*) as facts
        from {{ name }}
        where campaign is not null
        group by department_code, fiscal_year, campaign
    ),
{% endfor %}

campaigns as (
    {% for name in ledgers %}
        {% if not loop.first %} union {% endif %}
        select
            department_code,
            fiscal_year,
            campaign
        from {{ name }}_counted
    {% endfor %}
)

select
    campaigns.department_code,
    campaigns.fiscal_year,
    campaigns.campaign,
    cast(
        coalesce(participations_counted.deputies, case when participations_years.fiscal_year is not null then 0 end)
        as integer
    ) as deputy_count,
    cast(
        coalesce(participations_counted.facts, case when participations_years.fiscal_year is not null then 0 end)
        as integer
    ) as person_time_count,
    cast(
        coalesce(opinions_counted.facts, case when opinions_years.fiscal_year is not null then 0 end) as integer
    ) as opinion_count,
    cast(
        coalesce(suggestions_counted.facts, case when suggestions_years.fiscal_year is not null then 0 end) as integer
    ) as suggestion_count
from campaigns
{% for name in ledgers %}
    left join {{ name }}_years
        on
            campaigns.department_code = {{ name }}_years.department_code
            and campaigns.fiscal_year = {{ name }}_years.fiscal_year
    left join {{ name }}_counted
        on
            campaigns.department_code = {{ name }}_counted.department_code
            and campaigns.fiscal_year = {{ name }}_counted.fiscal_year
            and campaigns.campaign = {{ name }}_counted.campaign
{% endfor %}
