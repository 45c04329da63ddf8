-- Grain: one row per account and month. Accounts of assets name the class whose cards they must equal.
with

ledger as (
    select
        *,
        cast(extract(year from month) as integer) as fiscal_year
    from {{ ref('stg_assets__ledger_balances') }}
),

accounts as (
    select * from {{ ref('asset_accounts') }}
)

select
    ledger.department_code,
    ledger.fiscal_year,
    ledger.account_code,
    ledger.account_name,
    ledger.month,
    ledger.balance_side,
    ledger.opening_yuan,
    ledger.debit_yuan,
    ledger.credit_yuan,
    ledger.closing_yuan,
    ledger.change_note,
    accounts.asset_class,
    accounts.value_kind,
    extract(month from ledger.month) = 12 as is_year_end,
    ledger.submission_id,
    ledger.sheet,
    ledger.row_number
from ledger
left join accounts
    on
        ledger.account_code = accounts.account_code
        and {{ valid_in('ledger.fiscal_year', 'accounts') }}
