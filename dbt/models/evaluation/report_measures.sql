-- Grain: one row per indicator or level-2 group and first year it is valid.
-- A version says with which words its documents are written.
with

measures as (
    select * from {{ ref('evaluation_report_measures') }}
)

select
    measures.level,
    measures.name,
    business,
    action_zh,
    measure_zh,
    cast(valid_from as integer) as valid_from,
    cast(valid_to as integer) as valid_to,
    source
from measures
