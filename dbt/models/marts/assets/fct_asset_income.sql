-- Grain: one row per receipt of income from assets. The year is that of the receipt.
-- The day of the receipt is not counted (Civil Code art. 201); working days follow the calendar.
with

ledger as (
    select
        *,
        cast(extract(year from received_on) as integer) as fiscal_year
    from {{ ref('stg_assets__asset_income') }}
),

parameters as (
    select * from {{ ref('evaluation_parameters') }}
),

calendar as (
    select * from {{ ref('dim_calendar') }}
),

timed as (
    select
        ledger.*,
        {{ deadline_after_working_days('ledger.received_on', 'parameters.value') }} as due_on,
        {{ working_days_between('ledger.received_on', 'ledger.remitted_on') }} as working_days_to_remit
    from ledger
    left join parameters
        on
            parameters.parameter = 'remit_wd'
            and {{ valid_in('ledger.fiscal_year', 'parameters') }}
)

select
    department_code,
    fiscal_year,
    income_no,
    income_kind,
    card_no,
    amount_yuan,
    received_on,
    due_on,
    remitted_on,
    cast(working_days_to_remit as integer) as working_days_to_remit,
    remitted_on <= due_on as is_remitted_on_time,
    remittance_no,
    submission_id,
    sheet,
    row_number
from timed
