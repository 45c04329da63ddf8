-- Grain: one row per scheme, fiscal year, department and level-2 group, level-1 part, or the total.
-- A total is the sum of the rounded scores of its indicators.
-- A rating is given to the total only, and not while data are missing or lack a part of the year.
with

indicators as (
    select * from {{ ref('indicators_all_schemes') }}
),

ratings as (
    select * from {{ ref('evaluation_ratings') }}
),

scheme_years as (
    select * from {{ ref('evaluation_scheme_years') }}
),

levels as (
    {% for level, level1, level2 in [
        ('level2', 'level1', 'level2'),
        ('level1', 'level1', 'cast(null as string)'),
        ('total', 'cast(null as string)', 'cast(null as string)'),
    ] %}
        {% if not loop.first %} union all {% endif %}
        select
            scheme_id,
            fiscal_year,
            department_code,
            '{{ level }}' as level,
            {{ level1 }} as level1,
            {{ level2 }} as level2,
            min(indicator_no) as first_indicator_no,
            count(*) as indicator_count,
            sum(weight) as weight,
            sum(score) as score,
            sum(case when score_status = 'MISSING_DATA' then 1 else 0 end) as missing_count,
            sum(case when score_status = 'PARTIAL' then 1 else 0 end) as partial_count
        from indicators
        group by
            scheme_id, fiscal_year, department_code
            {%- if level != 'total' %}, level1{% endif %}
            {%- if level == 'level2' %}, level2{% endif %}
    {% endfor %}
)

select
    levels.scheme_id,
    levels.fiscal_year,
    levels.department_code,
    levels.level,
    levels.level1,
    levels.level2,
    levels.first_indicator_no,
    levels.indicator_count,
    cast(levels.weight as decimal(9, 2)) as weight,
    cast(levels.score as decimal(9, 2)) as score,
    case when levels.missing_count + levels.partial_count = 0 then ratings.rating end as rating,
    cast(levels.missing_count as integer) as missing_count,
    cast(levels.partial_count as integer) as partial_count,
    scheme_years.is_trial
from levels
inner join scheme_years
    on
        levels.scheme_id = scheme_years.scheme_id
        and levels.fiscal_year = scheme_years.fiscal_year
left join ratings
    on
        levels.level = 'total'
        and levels.scheme_id = ratings.scheme_id
        and levels.score >= ratings.low
        and (ratings.below is null or levels.score < ratings.below)
