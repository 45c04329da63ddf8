-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per asset counted in a stock-take, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('assets', 'asset_inventories'),
        'asset_inventories'
    ) }}
)

select
    department_code,
    period,
    period_year,
    line_no,
    stock_take_no,
    stock_take_kind,
    base_on,
    reported_on,
    card_no,
    asset_name,
    counted_on,
    result,
    handled_on,
    handling,
    submission_id,
    sheet,
    row_number
from landed
