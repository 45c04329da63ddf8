-- Grain: one row per scheme, fiscal year, department and level-3 indicator.
-- Each indicator beside its latest review; one that nobody reviewed is not one that was agreed with.
with

indicators as (
    select * from {{ ref('indicators_all_schemes') }}
),

reviews as (
    select
        *,
        count(*) over (partition by department_code, scheme_id, fiscal_year, indicator_no) as review_count
    from {{ ref('reviews') }}
)

select
    indicators.scheme_id,
    indicators.fiscal_year,
    indicators.department_code,
    indicators.indicator_no,
    indicators.level3,
    indicators.weight,
    indicators.score as self_score,
    reviews.review_score,
    reviews.difference_points,
    case
        when reviews.review_no is null then '未复核'
        when reviews.difference_points = 0 then '一致'
        when reviews.is_adopted is null then '未定'
        when reviews.is_adopted then '采纳'
        else '不采纳'
    end as review_state,
    reviews.is_adopted,
    reviews.reason,
    reviews.reviewer,
    reviews.reviewed_on,
    reviews.review_no,
    cast(coalesce(reviews.review_count, 0) as bigint) as review_count
from indicators
left join reviews
    on
        indicators.department_code = reviews.department_code
        and indicators.scheme_id = reviews.scheme_id
        and indicators.fiscal_year = reviews.fiscal_year
        and indicators.indicator_no = reviews.indicator_no
        and reviews.is_latest
