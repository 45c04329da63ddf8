-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per kind of asset and period of validity, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('assets', 'asset_standards'),
        'asset_standards'
    ) }}
)

select
    department_code,
    period,
    period_year,
    item_kind,
    quantity_per_head,
    price_limit_yuan,
    minimum_life_years,
    area_per_head_sqm,
    valid_from_year,
    valid_to_year,
    basis,
    submission_id,
    sheet,
    row_number
from landed
