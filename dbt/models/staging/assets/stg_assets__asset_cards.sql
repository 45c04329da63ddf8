-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per asset card in the register at the end of the year, per department and period; the rows current as
-- of `as_of`.
with

landed as (
    {{ current_rows(
        source('assets', 'asset_cards'),
        'asset_cards'
    ) }}
)

select
    department_code,
    period,
    period_year,
    card_no,
    asset_name,
    asset_class,
    class_code,
    classification_version,
    specification,
    asset_state,
    value_kind,
    original_value_yuan,
    depreciation_yuan,
    net_value_yuan,
    floor_area_sqm,
    user_department,
    user_person,
    place,
    acquisition_method,
    acquired_on,
    booked_on,
    replaces_card_no,
    submission_id,
    sheet,
    row_number
from landed
