-- Grain: one row per scheme, fiscal year, department and level-3 indicator.
-- Points are rounded here, once. A total is the sum of these rounded scores, so that the table foots.
with

points as (
    select * from {{ ref('int_evaluation__component_points') }}
),

scheme_indicators as (
    select * from {{ ref('evaluation_indicators') }}
),

scheme_groups as (
    select * from {{ ref('evaluation_groups') }}
),

added_up as (
    select
        scheme_id,
        fiscal_year,
        department_code,
        indicator_no,
        count(*) as component_count,
        sum(case when state = 'MISSING_DATA' then 1 else 0 end) as missing_count,
        sum(case when state = 'PARTIAL' then 1 else 0 end) as partial_count,
        sum(case when state = 'MANUAL' then 1 else 0 end) as manual_count,
        sum(case when state = 'NOT_APPLICABLE' then 1 else 0 end) as na_count,
        sum(case when state = 'NOT_APPLICABLE' and na_policy = 'REDISTRIBUTE' then weight else 0 end) as na_weight,
        cast(sum(points) as decimal(38, 17)) as points,
        cast(sum(evidence_count) as bigint) as evidence_count,
        max(numerator_figure) as numerator_figure,
        max(denominator_figure) as denominator_figure,
        max(percentage) as percentage,
        max(target) as target,
        {{ dbt.listagg("reason_zh", "';'", "order by component_no") }} as deduction_reason_zh
    from points
    group by scheme_id, fiscal_year, department_code, indicator_no
),

named as (
    select
        added_up.*,
        scheme_indicators.level2_no,
        scheme_indicators.level3,
        scheme_indicators.weight,
        scheme_groups.level1_no,
        scheme_groups.level1,
        scheme_groups.level1_weight,
        scheme_groups.level2,
        scheme_groups.level2_weight,
        case
            when added_up.missing_count > 0 then 'MISSING_DATA'
            when added_up.partial_count > 0 then 'PARTIAL'
            when added_up.na_count = added_up.component_count
                then case scheme_indicators.na_policy
                    when 'FULL_SCORE' then 'NA_FULL'
                    else 'NA_REDISTRIBUTED'
                end
            when added_up.manual_count > 0 then 'MANUAL'
            else 'SCORED'
        end as score_status
    from added_up
    inner join scheme_indicators
        on
            added_up.scheme_id = scheme_indicators.scheme_id
            and added_up.indicator_no = scheme_indicators.indicator_no
    inner join scheme_groups
        on
            scheme_indicators.scheme_id = scheme_groups.scheme_id
            and scheme_indicators.level2_no = scheme_groups.level2_no
),

level2_weights as (
    select
        scheme_id,
        fiscal_year,
        department_code,
        level1_no,
        level2_no,
        max(level2_weight) as level2_weight,
        sum(case when score_status = 'NA_REDISTRIBUTED' then 0 else weight end) as level2_kept
    from named
    group by scheme_id, fiscal_year, department_code, level1_no, level2_no
),

level1_weights as (
    select
        scheme_id,
        fiscal_year,
        department_code,
        level1_no,
        sum(case when level2_kept = 0 then 0 else level2_weight end) as level1_kept
    from level2_weights
    group by scheme_id, fiscal_year, department_code, level1_no
),

weighed as (
    -- Points of what does not apply go to the rest of its level-2 group; of a whole group, to the rest of its level 1.
    select
        named.*,
        case
            when named.na_weight = 0 or named.na_count = named.component_count then named.points
            else cast(
                named.points * {{ exact_share('named.weight', 'named.weight - named.na_weight') }} as decimal(38, 17)
            )
        end as own_points,
        level2_weights.level2_weight * named.level1_weight as scale_up,
        level2_weights.level2_kept * level1_weights.level1_kept as scale_down
    from named
    inner join level2_weights
        on
            named.scheme_id = level2_weights.scheme_id
            and named.fiscal_year = level2_weights.fiscal_year
            and named.department_code = level2_weights.department_code
            and named.level2_no = level2_weights.level2_no
    inner join level1_weights
        on
            named.scheme_id = level1_weights.scheme_id
            and named.fiscal_year = level1_weights.fiscal_year
            and named.department_code = level1_weights.department_code
            and named.level1_no = level1_weights.level1_no
)

select
    scheme_id,
    cast(fiscal_year as integer) as fiscal_year,
    department_code,
    cast(indicator_no as integer) as indicator_no,
    level1,
    level2,
    level3,
    cast(weight as decimal(9, 2)) as weight,
    case when component_count = 1 then numerator_figure end as numerator_figure,
    case when component_count = 1 then denominator_figure end as denominator_figure,
    case
        when score_status in ('NA_FULL', 'NA_REDISTRIBUTED', 'MISSING_DATA') then null
        when component_count = 1 and percentage is not null then cast(percentage as decimal(28, 8))
        else cast(round(100 * {{ exact_share('points', 'weight') }}, 8) as decimal(28, 8))
    end as value,
    case when component_count = 1 then cast(target as decimal(18, 2)) end as target,
    case
        when score_status = 'NA_REDISTRIBUTED' then null
        when score_status = 'MISSING_DATA' then cast(0 as decimal(9, 2))
        when scale_up = scale_down then {{ rounded_points('own_points') }}
        else {{ rounded_points('own_points * ' ~ exact_share('scale_up', 'scale_down')) }}
    end as score,
    score_status,
    case
        when score_status = 'NA_FULL' then '当年无此类业务,得满分'
        when score_status = 'NA_REDISTRIBUTED' then '当年无此类业务,分值由同组其他指标承担'
        else deduction_reason_zh
    end as deduction_reason_zh,
    evidence_count
from weighed
