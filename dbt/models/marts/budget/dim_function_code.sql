-- Grain: one row per functional classification code and first year it is valid.
with

function_codes as (
    select * from {{ ref('function_codes') }}
)

select
    code as function_code,
    name_zh as function_name,
    name_en as function_name_en,
    cast(valid_from as integer) as valid_from,
    cast(valid_to as integer) as valid_to
from function_codes
