-- Grain: one row per scheme, fiscal year, department and duty indicator of the report.
-- They are components of indicators 1 and 2.
with

points as (
    select * from {{ ref('int_evaluation__component_points') }}
    where duty_no is not null
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
    cast(points.weight as decimal(9, 2)) as weight,
    points.numerator_figure,
    points.denominator_figure,
    case when points.state in ('SCORED', 'PARTIAL') then cast(points.percentage as decimal(28, 8)) end as value,
    cast(points.target as decimal(18, 2)) as target,
    case
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
inner join scheme_indicators
    on
        points.scheme_id = scheme_indicators.scheme_id
        and points.indicator_no = scheme_indicators.indicator_no
inner join scheme_groups
    on
        scheme_indicators.scheme_id = scheme_groups.scheme_id
        and scheme_indicators.level2_no = scheme_groups.level2_no
