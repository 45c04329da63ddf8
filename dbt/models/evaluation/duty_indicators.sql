-- Grain: one row per scheme, fiscal year, department and scored indicator of the department's approved targets.
-- They are components of indicators 1 and 2. What is missing has no score; what does not apply has none where its
-- points go to the others.
with

points as (
    select * from {{ ref('int_evaluation__component_points') }}
    where duty_no is not null
),

targets as (
    select * from {{ ref('approved_targets') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

scheme_indicators as (
    select * from {{ ref('evaluation_indicators') }}
),

scheme_groups as (
    select * from {{ ref('evaluation_groups') }}
)

select
    points.scheme_id,
    cast(points.fiscal_year as integer) as fiscal_year,
    points.department_code,
    cast(points.duty_no as integer) as indicator_no,
    scheme_groups.level1,
    scheme_groups.level2,
    points.component as level3,
    targets.indicator_kind,
    cast(points.weight as decimal(9, 2)) as weight,
    points.numerator_figure,
    points.denominator_figure,
    points.operator,
    case points.operator when '区间' then '' when '定性' then '' else points.operator end
    || points.target_text || case points.operator when '定性' then '' else coalesce(targets.unit, '') end as target_zh,
    targets.version,
    targets.approved_on,
    case
        when targets.version > 1
            then targets.first_target || case points.operator when '定性' then '' else coalesce(targets.unit, '') end
    end as first_target_zh,
    case when targets.version > 1 then targets.first_approved_on end as first_approved_on,
    cast(points.actual_value as decimal(28, 8)) as value,
    points.actual_zh,
    targets.actual as reported_zh,
    targets.is_counted,
    cast(points.target as decimal(18, 2)) as target,
    points.is_reached,
    coalesce(
        points.state = 'SCORED' and points.operator = '≥' and points.target > 0
        and points.actual_value > points.target * {{ parameter_value('over_target_ratio', 'points.fiscal_year') }},
        false
    ) as is_far_above,
    case
        when points.state = 'MISSING_DATA' then null
        when points.state = 'NOT_APPLICABLE' and points.na_policy = 'REDISTRIBUTE' then null
        else {{ rounded_points('points.points') }}
    end as score,
    case points.state
        when 'NOT_APPLICABLE'
            then case points.na_policy when 'FULL_SCORE' then 'NA_FULL' else 'NA_REDISTRIBUTED' end
        else points.state
    end as score_status,
    points.reason_zh as deduction_reason_zh,
    cast(points.evidence_count as bigint) as evidence_count
from points
inner join targets
    on
        points.department_code = targets.department_code
        and points.fiscal_year = targets.fiscal_year
        and points.duty_no = targets.indicator_no
inner join scheme_indicators
    on
        points.scheme_id = scheme_indicators.scheme_id
        and points.indicator_no = scheme_indicators.indicator_no
inner join scheme_groups
    on
        scheme_indicators.scheme_id = scheme_groups.scheme_id
        and scheme_indicators.level2_no = scheme_groups.level2_no
