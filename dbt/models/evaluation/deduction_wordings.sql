-- Grain: one row per figure and first year it is valid.
-- A version says with which words its documents are written.
with

wordings as (
    select * from {{ ref('evaluation_deduction_wordings') }}
)

select
    figure_id,
    lost_zh,
    earned_zh,
    cast(valid_from as integer) as valid_from,
    cast(valid_to as integer) as valid_to,
    source
from wordings
