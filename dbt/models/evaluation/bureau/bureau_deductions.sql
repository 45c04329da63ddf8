-- Grain: one row per year and indicator of the official scheme: how many departments lost points, how many points, and
-- why most often.
with

indicators as (
    select * from {{ ref('indicators') }}
    where score_status in ('SCORED', 'MANUAL')
),

counted as (
    select
        scheme_id,
        fiscal_year,
        indicator_no,
        max(level3) as indicator_name,
        max(weight) as weight,
        count(*) as scored_count,
        sum(case when score < weight then 1 else 0 end) as deducted_count,
        sum(weight - score) as points_lost,
        sum(weight) as points
    from indicators
    group by scheme_id, fiscal_year, indicator_no
),

reasons as (
    select
        scheme_id,
        fiscal_year,
        indicator_no,
        deduction_reason_zh,
        row_number() over (
            partition by scheme_id, fiscal_year, indicator_no
            order by count(*) desc, deduction_reason_zh asc
        ) as place
    from indicators
    where score < weight and deduction_reason_zh is not null
    group by scheme_id, fiscal_year, indicator_no, deduction_reason_zh
)

select
    counted.scheme_id,
    counted.fiscal_year,
    counted.indicator_no,
    counted.indicator_name,
    counted.weight,
    cast(counted.scored_count as integer) as scored_count,
    cast(counted.deducted_count as integer) as deducted_count,
    cast(counted.points_lost as decimal(18, 2)) as points_lost,
    cast({{ exact_quotient('100 * counted.points_lost', 'counted.points') }} as decimal(9, 2)) as lost_pct,
    reasons.deduction_reason_zh as common_reason_zh
from counted
left join reasons
    on
        counted.scheme_id = reasons.scheme_id
        and counted.fiscal_year = reasons.fiscal_year
        and counted.indicator_no = reasons.indicator_no
        and reasons.place = 1
