-- A failure means that a ratio or growth names a figure that the catalogue lacks, so it would be missing for ever.
-- Whoever changed seeds.figure_catalogue corrects the name.
with

catalogue as (
    select * from {{ ref('figure_catalogue') }}
)

select
    ratios.figure_id,
    ratios.numerator_figure,
    ratios.denominator_figure
from catalogue as ratios
left join catalogue as numerators on ratios.numerator_figure = numerators.figure_id
left join catalogue as denominators on ratios.denominator_figure = denominators.figure_id
where
    ratios.aggregation in ('ratio', 'growth')
    and (numerators.figure_id is null or denominators.figure_id is null)
