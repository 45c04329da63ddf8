-- Grain: one row per scoring scheme.
with

evaluation_schemes as (
    select * from {{ ref('evaluation_schemes') }}
)

select
    scheme_id,
    name_zh,
    description_zh,
    valid_from,
    valid_to,
    indicator_count,
    total_points,
    confidence,
    source
from evaluation_schemes
