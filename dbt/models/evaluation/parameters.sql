-- Grain: one row per parameter and first year it is valid.
-- What a document says of a threshold or a deadline comes from here.
with

evaluation_parameters as (
    select * from {{ ref('evaluation_parameters') }}
)

select
    parameter,
    cast(value as decimal(18, 2)) as value,
    unit,
    cast(valid_from as integer) as valid_from,
    cast(valid_to as integer) as valid_to,
    confidence,
    source
from evaluation_parameters
