-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per receipt of income from assets, per department and period; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('assets', 'asset_income'),
        'asset_income'
    ) }}
)

select
    department_code,
    period,
    period_year,
    income_no,
    income_kind,
    card_no,
    amount_yuan,
    received_on,
    remitted_on,
    remittance_no,
    submission_id,
    sheet,
    row_number
from landed
