-- Grain: one row per business and first year it is valid.
-- A version says with which words its documents are written.
with

businesses as (
    select * from {{ ref('evaluation_report_businesses') }}
)

select
    business,
    cast(order_no as integer) as order_no,
    problem_zh,
    action_zh,
    measure_zh,
    told_below_figure,
    told_below_parameter,
    cast(valid_from as integer) as valid_from,
    cast(valid_to as integer) as valid_to,
    source
from businesses
