-- Grain: one row per year, indicator of the official scheme (0 is the total) and department with a score for it.
-- Compared are departments of the same kind: competent departments with each other, units with each other.
-- Unusual is a modified z-score beyond the limit (0.6745 makes the median deviation a standard deviation); it is asked
-- only of enough comparable departments, and never takes points.
with

indicators as (
    select * from {{ ref('indicators') }}
),

scorecard as (
    select * from {{ ref('scorecard') }}
    where level = 'total' and not is_trial
),

departments as (
    select * from {{ ref('dim_department_yearly') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

scored as (
    select
        scheme_id,
        fiscal_year,
        department_code,
        indicator_no,
        level3 as indicator_name,
        weight,
        score,
        value
    from indicators
    where score_status in ('SCORED', 'MANUAL')
    union all
    select
        scheme_id,
        fiscal_year,
        department_code,
        0 as indicator_no,
        '总分' as indicator_name,
        weight,
        score,
        null as value
    from scorecard
    where missing_count = 0
),

compared as (
    select
        scored.*,
        departments.department_name,
        departments.competent_code,
        departments.kind,
        departments.kind_name,
        cast({{ exact_quotient('100 * scored.score', 'scored.weight') }} as decimal(9, 2)) as score_pct
    from scored
    inner join departments
        on
            scored.fiscal_year = departments.fiscal_year
            and scored.department_code = departments.department_code
    where scored.weight > 0
),

spread as (
    select
        scheme_id,
        fiscal_year,
        indicator_no,
        kind,
        count(*) as comparable_count,
        min(score_pct) as lowest_pct,
        cast({{ quantile('cast(score_pct as double)', 0.25) }} as decimal(9, 2)) as lower_quartile_pct,
        cast({{ quantile('cast(score_pct as double)', 0.5) }} as decimal(9, 2)) as median_pct,
        cast({{ quantile('cast(score_pct as double)', 0.75) }} as decimal(9, 2)) as upper_quartile_pct,
        max(score_pct) as highest_pct
    from compared
    group by scheme_id, fiscal_year, indicator_no, kind
),

deviations as (
    select
        compared.scheme_id,
        compared.fiscal_year,
        compared.indicator_no,
        compared.kind,
        cast(
            {{ quantile('abs(cast(compared.score_pct as double) - cast(spread.median_pct as double))', 0.5) }}
            as decimal(18, 4)
        ) as median_deviation
    from compared
    inner join spread
        on
            compared.scheme_id = spread.scheme_id
            and compared.fiscal_year = spread.fiscal_year
            and compared.indicator_no = spread.indicator_no
            and compared.kind = spread.kind
    group by compared.scheme_id, compared.fiscal_year, compared.indicator_no, compared.kind
),

placed as (
    select
        compared.*,
        spread.comparable_count,
        spread.lowest_pct,
        spread.lower_quartile_pct,
        spread.median_pct,
        spread.upper_quartile_pct,
        spread.highest_pct,
        rank() over (
            partition by compared.scheme_id, compared.fiscal_year, compared.indicator_no, compared.kind
            order by compared.score_pct desc
        ) as place,
        count(*) over (
            partition by
                compared.scheme_id, compared.fiscal_year, compared.indicator_no, compared.kind, compared.score_pct
        ) as tied_count,
        {{ parameter_value('comparable_least', 'compared.fiscal_year') }} as comparable_least,
        {{ parameter_value('unusual_robust_z', 'compared.fiscal_year') }} as unusual_robust_z,
        cast(
            0.6745 * (compared.score_pct - spread.median_pct)
            / nullif(cast(deviations.median_deviation as double), 0) as decimal(18, 2)
        ) as distance
    from compared
    inner join spread
        on
            compared.scheme_id = spread.scheme_id
            and compared.fiscal_year = spread.fiscal_year
            and compared.indicator_no = spread.indicator_no
            and compared.kind = spread.kind
    inner join deviations
        on
            compared.scheme_id = deviations.scheme_id
            and compared.fiscal_year = deviations.fiscal_year
            and compared.indicator_no = deviations.indicator_no
            and compared.kind = deviations.kind
)

select
    scheme_id,
    fiscal_year,
    cast(indicator_no as integer) as indicator_no,
    indicator_name,
    department_code,
    department_name,
    competent_code,
    kind,
    kind_name,
    cast(weight as decimal(9, 2)) as weight,
    cast(score as decimal(9, 2)) as score,
    score_pct,
    cast(value as decimal(28, 8)) as value,
    cast(place as integer) as place,
    cast(comparable_count as integer) as comparable_count,
    -- Departments below it, and half of those beside it.
    cast({{ exact_quotient(
        '100 * (2 * (comparable_count - place - tied_count + 1) + tied_count)', '2 * comparable_count'
    ) }} as decimal(9, 2)) as percentile,
    lowest_pct,
    lower_quartile_pct,
    median_pct,
    upper_quartile_pct,
    highest_pct,
    case when comparable_count >= comparable_least then distance end as robust_z,
    coalesce(comparable_count >= comparable_least and abs(distance) > unusual_robust_z, false) as is_unusual,
    case
        when comparable_count < comparable_least then '同类部门太少,只列名次,不判断得分是否异常'
        when indicator_no = 0 then '各部门职责和任务不同,总分名次不代表工作优劣,不宜作为唯一依据'
        else '各部门职责不同,先看指标口径和数据是否可比,再看名次'
    end as caution_zh
from placed
