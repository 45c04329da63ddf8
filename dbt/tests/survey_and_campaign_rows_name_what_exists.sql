-- A failure means a row of a survey that is not in the list of surveys (it counts for no figure), a campaign at a
-- station that is not in the register, or a registered item in a district that never was. 研究室, 代表工作委员会 or
-- 办公厅秘书处 corrects the number.
{{ config(severity='warn') }}
{%- set of_surveys = ['fct_survey_participations', 'fct_survey_visits', 'fct_survey_findings'] %}
with

{{ ledger_gaps() }},

surveys as (
    select * from {{ ref('dim_survey') }}
),

{% for fact in of_surveys %}
    {{ fact }} as (
        select * from {{ ref(fact) }}
    ),
{% endfor %}

campaign_participations as (
    select * from {{ ref('fct_campaign_participations') }}
),

stations as (
    select * from {{ ref('dim_liaison_station') }}
),

registered as (
    select * from {{ ref('fct_outcome_registers') }}
),

districts as (
    select * from {{ ref('dim_district') }}
)

{% for fact in of_surveys %}
    select
        '{{ fact }}' as fact,
        facts.department_code,
        facts.fiscal_year,
        facts.survey_no as named,
        count(*) as row_count
    from {{ fact }} as facts
    left join surveys
        on
            facts.department_code = surveys.department_code
            and facts.fiscal_year = surveys.fiscal_year
            and facts.survey_no = surveys.survey_no
    where
        surveys.survey_no is null
        and {{ stands_whole('facts', ['surveys']) }}
    group by facts.department_code, facts.fiscal_year, facts.survey_no
    union all
{% endfor %}
select
    'fct_campaign_participations' as fact,
    facts.department_code,
    facts.fiscal_year,
    facts.station_code as named,
    count(*) as row_count
from campaign_participations as facts
left join stations
    on
        facts.department_code = stations.department_code
        and facts.fiscal_year = stations.fiscal_year
        and facts.station_code = stations.station_code
where
    facts.station_code is not null
    and stations.station_code is null
    and facts.fiscal_year in (select registers.fiscal_year from stations as registers)
group by facts.department_code, facts.fiscal_year, facts.station_code
union all
select
    'fct_outcome_registers' as fact,
    facts.department_code,
    facts.fiscal_year,
    facts.district_code as named,
    count(*) as row_count
from registered as facts
left join districts on facts.district_code = districts.district_code
where districts.district_code is null
group by facts.department_code, facts.fiscal_year, facts.district_code
