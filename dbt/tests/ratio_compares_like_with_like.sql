-- A failure means that a ratio, growth or difference names a figure that the catalogue lacks, so it would be missing
-- for ever, or that it compares figures of different units or scopes without saying why.
-- Whoever changed seeds.figure_catalogue corrects it.
with

catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

ratios as (
    select
        ratios.figure_id,
        ratios.numerator_figure,
        ratios.denominator_figure,
        case
            when numerators.figure_id is null then '分子不在目录中'
            when denominators.figure_id is null then '分母不在目录中'
            when numerators.unit != denominators.unit
                then '分子单位“' || numerators.unit || '”与分母单位“' || denominators.unit || '”不同'
            when numerators.scope != denominators.scope
                then '分子范围“' || numerators.scope || '”与分母范围“' || denominators.scope || '”不同'
        end as fault_zh,
        coalesce(ratios.mixed_basis_zh, '') as reason_zh,
        numerators.figure_id is not null and denominators.figure_id is not null as is_complete
    from catalogue as ratios
    left join catalogue as numerators on ratios.numerator_figure = numerators.figure_id
    left join catalogue as denominators on ratios.denominator_figure = denominators.figure_id
    where ratios.aggregation in ('ratio', 'growth', 'difference')
)

select
    figure_id,
    numerator_figure,
    denominator_figure,
    fault_zh || ';请改正,或在 mixed_basis_zh 中写明理由' as message_zh
from ratios
where fault_zh is not null and not (is_complete and reason_zh != '')
