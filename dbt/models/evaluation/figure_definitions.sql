-- Grain: one row per figure of the catalogue: what it means, how it is made, and of which figures a ratio is made.
with

catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

sources as (
    -- Figures without a line of their own have that of their kind: those of the report, and the others.
    select * from {{ ref('figure_sources') }}
)

select
    catalogue.figure_id,
    catalogue.label_zh,
    catalogue.label_en,
    catalogue.definition_zh,
    catalogue.unit,
    catalogue.scope,
    catalogue.exactness,
    catalogue.aggregation,
    catalogue.numerator_figure,
    catalogue.denominator_figure,
    catalogue.measure_unit,
    cast(catalogue.units_per_figure_unit as integer) as units_per_figure_unit,
    catalogue.source_ledgers,
    cast(catalogue.ledger_year_offset as integer) as ledger_year_offset,
    cast(catalogue.is_in_report as boolean) as is_in_report,
    catalogue.mixed_basis_zh,
    cast(catalogue.valid_from as integer) as valid_from,
    cast(catalogue.valid_to as integer) as valid_to,
    coalesce(own.confidence, of_kind.confidence) as confidence,
    coalesce(own.source, of_kind.source) as source
from catalogue
left join sources as own on catalogue.figure_id = own.figure_id
left join sources as of_kind
    on
        of_kind.figure_id = '*'
        and cast(catalogue.is_in_report as boolean) = of_kind.is_in_report
