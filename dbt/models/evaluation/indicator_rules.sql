-- Grain: one row per scoring scheme and level-3 indicator: how it is defined and scored, and on what ground.
with

scheme_indicators as (
    select * from {{ ref('evaluation_indicators') }}
),

scheme_groups as (
    select * from {{ ref('evaluation_groups') }}
)

select
    scheme_indicators.scheme_id,
    scheme_indicators.indicator_no,
    scheme_groups.level1_no,
    scheme_groups.level1,
    scheme_groups.level1_weight,
    scheme_groups.level2_no,
    scheme_groups.level2,
    scheme_groups.level2_weight,
    scheme_indicators.level3,
    scheme_indicators.weight,
    scheme_indicators.variant,
    scheme_indicators.na_policy,
    scheme_indicators.definition_zh,
    scheme_indicators.formula_zh,
    scheme_indicators.criterion_zh,
    scheme_indicators.basis_zh,
    scheme_indicators.data_source_zh,
    scheme_indicators.confidence,
    scheme_indicators.source
from scheme_indicators
inner join scheme_groups
    on
        scheme_indicators.scheme_id = scheme_groups.scheme_id
        and scheme_indicators.level2_no = scheme_groups.level2_no
