-- Grain: one row per scheme, indicator and component of the variant that the scheme uses.
-- With the bands and ratings, all that is needed to compute a score again from its figures.
with

components as (
    select * from {{ ref('evaluation_components') }}
),

scheme_indicators as (
    select * from {{ ref('evaluation_indicators') }}
),

target_kinds as (
    select * from {{ ref('evaluation_target_kinds') }}
),

kinds_of_indicators as (
    select
        scheme_id,
        indicator_no,
        {{ dbt.listagg('indicator_kind', "'|'", 'order by indicator_kind') }} as target_kinds
    from target_kinds
    group by scheme_id, indicator_no
)

select
    components.scheme_id,
    cast(components.indicator_no as integer) as indicator_no,
    cast(components.component_no as integer) as component_no,
    components.component,
    cast(components.weight as decimal(9, 2)) as weight,
    components.method,
    kinds_of_indicators.target_kinds,
    components.numerator_figure,
    components.denominator_figure,
    cast(components.target as decimal(18, 2)) as target,
    components.case_figure,
    cast(components.points_per_case as decimal(9, 4)) as points_per_case,
    components.zero_if_figure,
    cast(components.over_points_share as decimal(9, 4)) as over_points_share,
    components.na_policy,
    components.reason_zh,
    components.confidence,
    components.source
from components
inner join scheme_indicators
    on
        components.scheme_id = scheme_indicators.scheme_id
        and components.indicator_no = scheme_indicators.indicator_no
        and components.variant = scheme_indicators.variant
left join kinds_of_indicators
    on
        components.method = 'approved_targets'
        and components.scheme_id = kinds_of_indicators.scheme_id
        and components.indicator_no = kinds_of_indicators.indicator_no
