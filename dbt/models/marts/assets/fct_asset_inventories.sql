-- Grain: one row per line of a stock-take. The year is that of the day the stock-take refers to.
with

ledger as (
    select * from {{ ref('stg_assets__asset_inventories') }}
)

select
    department_code,
    cast(extract(year from base_on) as integer) as fiscal_year,
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
from ledger
