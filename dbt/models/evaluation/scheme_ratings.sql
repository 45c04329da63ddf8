-- Grain: one row per scheme and rating.
with

ratings as (
    select * from {{ ref('evaluation_ratings') }}
)

select
    scheme_id,
    rating,
    cast(low as decimal(9, 2)) as low,
    cast(below as decimal(9, 2)) as below,
    source
from ratings
