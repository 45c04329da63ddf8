-- Grain: one row per department, fiscal year, project and approved indicator of its target form.
-- Score: 财预〔2020〕10号. What has no actual value, or cannot be judged, has no score, which is not zero.
with

indicators as (
    select * from {{ ref('fct_performance_targets') }}
    where approved_on is not null
),

projects as (
    select * from {{ ref('dim_project_yearly') }}
),

parts as (
    select * from {{ ref('project_score_parts') }}
),

grades as (
    select * from {{ ref('project_judgement_grades') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

counted as (
    select
        indicators.*,
        parts.points as level_points,
        count(indicators.weight) over (
            partition by indicators.department_code, indicators.fiscal_year, indicators.project_code
        ) as weighted_count,
        count(*) over (
            partition by
                indicators.department_code, indicators.fiscal_year, indicators.project_code, indicators.level1
        ) as level_count,
        row_number() over (
            partition by
                indicators.department_code, indicators.fiscal_year, indicators.project_code, indicators.level1
            order by indicators.indicator_no
        ) as level_place
    from indicators
    left join parts
        on
            indicators.level1 = parts.part
            and {{ valid_in('indicators.fiscal_year', 'parts') }}
),

weighted as (
    -- Shares of a level's points are rounded so that they add up to it.
    select
        counted.*,
        case
            when counted.weighted_count > 0 then counted.weight
            else
                {{ rounded_points(exact_share('counted.level_points * counted.level_place', 'counted.level_count')) }}
                - {{ rounded_points(
                    exact_share('counted.level_points * (counted.level_place - 1)', 'counted.level_count')
                ) }}
        end as full_points
    from counted
),

graded as (
    select
        weighted.*,
        case
            when weighted.operator <> '定性' then null
            when trim(weighted.actual_value) = trim(weighted.target_value) then '达成'
            else by_words.grade
        end as grade,
        case
            when weighted.operator <> '定性' then null
            when trim(weighted.actual_value) = trim(weighted.target_value) then first_grade.low_pct
            else by_words.low_pct
        end as low_pct,
        case
            when weighted.operator <> '定性' then null
            when trim(weighted.actual_value) = trim(weighted.target_value) then first_grade.high_pct
            else by_words.high_pct
        end as high_pct
    from weighted
    left join grades as by_words
        on
            trim(weighted.actual_value) = by_words.words
            and {{ valid_in('weighted.fiscal_year', 'by_words') }}
    left join grades as first_grade
        on
            first_grade.words = '达成'
            and {{ valid_in('weighted.fiscal_year', 'first_grade') }}
),

judged as (
    select
        *,
        case
            when target_value is null then 'MISSING_TARGET'
            when full_points is null then 'MISSING_WEIGHT'
            when actual_value is null then 'MISSING_ACTUAL'
            when operator <> '定性' and (target_number is null or actual_number is null) then 'NOT_JUDGED'
            when operator = '定性' and grade is null then 'NOT_JUDGED'
            when operator = '定性' and grade <> '达成' and self_points is null then 'NOT_JUDGED'
            else 'SCORED'
        end as score_status
    from graded
),

reached as (
    select
        *,
        case
            when score_status <> 'SCORED' then null
            when operator = '定性'
                then
                    least(
                        greatest(
                            coalesce({{ exact_share('self_points', 'full_points') }}, 1),
                            {{ exact_share('low_pct', '100') }}
                        ),
                        {{ exact_share('high_pct', '100') }}
                    )
            when operator = '≥' and actual_number >= target_number then 1
            when operator = '≤' and actual_number <= target_number then 1
            when operator = '=' and actual_number = target_number then 1
            when target_number <= 0 then 0
            when actual_number < target_number
                then {{ exact_share('greatest(actual_number, 0)', 'target_number') }}
            else {{ exact_share('target_number', 'actual_number') }}
        end as share
    from judged
),

scored as (
    select
        *,
        {{ rounded_points('full_points * share') }} as score,
        coalesce(
            score_status = 'SCORED' and operator = '≥' and target_number > 0
            and actual_number > target_number * {{ parameter_value('over_target_ratio', 'reached.fiscal_year') }},
            false
        ) as is_far_above,
        {{ parameter_value('project_indicator_gap_points', 'reached.fiscal_year') }} as gap_points
    from reached
)

select
    scored.department_code,
    scored.fiscal_year,
    scored.project_code,
    projects.project_name,
    scored.indicator_no,
    scored.level1,
    scored.level2,
    scored.indicator_name,
    scored.operator,
    scored.target_value,
    scored.unit,
    scored.weighted_count > 0 as is_weighted,
    cast(scored.full_points as decimal(9, 2)) as full_points,
    scored.actual_value,
    scored.counted_up_to,
    scored.grade,
    cast(100 * scored.share as decimal(28, 8)) as achieved_pct,
    scored.score_status,
    scored.score,
    scored.self_points as ledger_score,
    cast(scored.self_points - scored.score as decimal(9, 2)) as difference_points,
    coalesce(abs(scored.self_points - scored.score) > scored.gap_points, false) as is_large_difference,
    scored.is_far_above,
    scored.score < scored.full_points or scored.is_far_above as needs_reason,
    scored.deviation_zh,
    scored.submission_id,
    scored.sheet,
    scored.row_number
from scored
left join projects
    on
        scored.department_code = projects.department_code
        and scored.fiscal_year = projects.fiscal_year
        and scored.project_code = projects.project_code
