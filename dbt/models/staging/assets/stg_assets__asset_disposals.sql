-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per asset disposed of, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('assets', 'asset_disposals'),
        'asset_disposals'
    ) }}
)

select
    department_code,
    period,
    period_year,
    disposal_no,
    card_no,
    asset_name,
    disposal_method,
    acquired_on,
    original_value_yuan,
    depreciation_yuan,
    approved_on,
    approval_no,
    disposed_on,
    booked_on,
    proceeds_yuan,
    confirmed_on,
    submission_id,
    sheet,
    row_number
from landed
