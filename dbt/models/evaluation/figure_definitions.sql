-- Grain: one row per figure of the catalogue: what it means, how it is made, and of which figures a ratio is made.
with

catalogue as (
    select * from {{ ref('figure_catalogue') }}
)

select
    figure_id,
    label_zh,
    label_en,
    definition_zh,
    unit,
    scope,
    exactness,
    aggregation,
    numerator_figure,
    denominator_figure,
    measure_unit,
    cast(units_per_figure_unit as integer) as units_per_figure_unit,
    source_ledgers,
    cast(ledger_year_offset as integer) as ledger_year_offset,
    cast(is_in_report as boolean) as is_in_report,
    mixed_basis_zh,
    cast(valid_from as integer) as valid_from,
    cast(valid_to as integer) as valid_to
from catalogue
