-- Grain: one row per department, year and account of original values: its change from the opening of January to the
-- closing of December. The change is null where the year opened with nothing.
with

asset_classes as (
    select * from {{ ref('asset_classes') }}
),

balances as (
    select * from {{ ref('fct_ledger_balances') }}
    where value_kind = '原值'
),

openings as (
    select
        department_code,
        fiscal_year,
        account_code,
        coalesce(opening_yuan, 0) as opening_yuan
    from balances
    where extract(month from month) = 1
)

select
    balances.department_code,
    balances.fiscal_year,
    balances.account_code,
    balances.account_name,
    balances.asset_class,
    {{ code_name('asset_classes', 'balances.asset_class', 'balances.fiscal_year') }} as asset_class_name,
    openings.opening_yuan,
    balances.closing_yuan,
    cast(
        100 * {{ exact_ratio('balances.closing_yuan - openings.opening_yuan', 'openings.opening_yuan') }}
        as decimal(18, 6)
    ) as change_pct,
    balances.change_note,
    balances.submission_id,
    balances.sheet,
    balances.row_number
from balances
inner join openings
    on
        balances.department_code = openings.department_code
        and balances.fiscal_year = openings.fiscal_year
        and balances.account_code = openings.account_code
where balances.is_year_end
