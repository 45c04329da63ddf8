-- Grain: one row per disposal of an asset. The year is that of the disposal.
-- Proper: approved, with a number, not later than the disposal, and written off in the books (资产条例 art. 35).
with

ledger as (
    select * from {{ ref('stg_assets__asset_disposals') }}
)

select
    department_code,
    cast(extract(year from disposed_on) as integer) as fiscal_year,
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
    coalesce(approved_on <= disposed_on and approval_no is not null, false) as is_approved_first,
    booked_on is not null as is_booked,
    coalesce(approved_on <= disposed_on and approval_no is not null, false)
    and booked_on is not null as is_proper,
    submission_id,
    sheet,
    row_number
from ledger
