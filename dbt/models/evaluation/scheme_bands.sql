-- Grain: one row per scheme, indicator, component of the variant that the scheme uses, and band.
with

bands as (
    select * from {{ ref('evaluation_bands') }}
),

scheme_indicators as (
    select * from {{ ref('evaluation_indicators') }}
)

select
    bands.scheme_id,
    cast(bands.indicator_no as integer) as indicator_no,
    cast(bands.component_no as integer) as component_no,
    bands.included_bound,
    cast(bands.above as decimal(9, 2)) as above,
    cast(bands.up_to as decimal(9, 2)) as up_to,
    cast(bands.share_numerator as integer) as share_numerator,
    cast(bands.share_denominator as integer) as share_denominator,
    bands.confidence,
    bands.source
from bands
inner join scheme_indicators
    on
        bands.scheme_id = scheme_indicators.scheme_id
        and bands.indicator_no = scheme_indicators.indicator_no
        and bands.variant = scheme_indicators.variant
