-- Grain: one row per department, year and class that has cards or a balance on 31 December.
-- A class without an account has no balance (null), which is a difference; depreciation that is not taken is 0.
with

cards as (
    select * from {{ ref('dim_asset_yearly') }}
),

balances as (
    select * from {{ ref('fct_ledger_balances') }}
    where is_year_end
),

classes as (
    select * from {{ ref('asset_classes') }}
),

carded as (
    select
        department_code,
        fiscal_year,
        asset_class,
        count(*) as card_count,
        sum(original_value_yuan) as original_yuan,
        coalesce(sum(depreciation_yuan), 0) as depreciation_yuan,
        sum(net_value_yuan) as net_yuan
    from cards
    group by department_code, fiscal_year, asset_class
),

booked as (
    select
        department_code,
        fiscal_year,
        asset_class,
        sum(case when value_kind = '原值' then closing_yuan end) as original_yuan,
        coalesce(sum(case when value_kind = '累计折旧' then closing_yuan end), 0) as depreciation_yuan
    from balances
    where asset_class is not null
    group by department_code, fiscal_year, asset_class
    having sum(abs(closing_yuan)) > 0
),

registered_years as (
    select distinct
        department_code,
        fiscal_year
    from carded
),

booked_years as (
    -- Classes without an account must show; a year whose December was not handed in must not.
    select distinct
        department_code,
        fiscal_year
    from balances
),

compared as (
    select
        coalesce(carded.department_code, booked.department_code) as department_code,
        coalesce(carded.fiscal_year, booked.fiscal_year) as fiscal_year,
        coalesce(carded.asset_class, booked.asset_class) as asset_class,
        coalesce(carded.card_count, 0) as card_count,
        coalesce(carded.original_yuan, 0) as cards_original_yuan,
        coalesce(carded.depreciation_yuan, 0) as cards_depreciation_yuan,
        coalesce(carded.net_yuan, 0) as cards_net_yuan,
        booked.original_yuan as ledger_original_yuan,
        booked.depreciation_yuan as ledger_depreciation_yuan,
        booked.original_yuan - booked.depreciation_yuan as ledger_net_yuan
    from carded
    full outer join booked
        on
            carded.department_code = booked.department_code
            and carded.fiscal_year = booked.fiscal_year
            and carded.asset_class = booked.asset_class
)

select
    compared.department_code,
    compared.fiscal_year,
    compared.asset_class,
    classes.name_zh as asset_class_name,
    cast(compared.card_count as integer) as card_count,
    cast(compared.cards_original_yuan as decimal(18, 2)) as cards_original_yuan,
    cast(compared.ledger_original_yuan as decimal(18, 2)) as ledger_original_yuan,
    cast(compared.cards_original_yuan - compared.ledger_original_yuan as decimal(18, 2)) as original_difference_yuan,
    cast(compared.cards_depreciation_yuan as decimal(18, 2)) as cards_depreciation_yuan,
    cast(compared.ledger_depreciation_yuan as decimal(18, 2)) as ledger_depreciation_yuan,
    cast(
        compared.cards_depreciation_yuan - compared.ledger_depreciation_yuan as decimal(18, 2)
    ) as depreciation_difference_yuan,
    cast(compared.cards_net_yuan as decimal(18, 2)) as cards_net_yuan,
    cast(compared.ledger_net_yuan as decimal(18, 2)) as ledger_net_yuan,
    cast(compared.cards_net_yuan - compared.ledger_net_yuan as decimal(18, 2)) as net_difference_yuan,
    coalesce(
        compared.cards_original_yuan = compared.ledger_original_yuan
        and compared.cards_depreciation_yuan = compared.ledger_depreciation_yuan
        and compared.cards_net_yuan = compared.ledger_net_yuan,
        false
    ) as is_equal
from compared
-- Before register and accounts of a year's end are handed in, there is nothing to compare.
inner join registered_years
    on
        compared.department_code = registered_years.department_code
        and compared.fiscal_year = registered_years.fiscal_year
inner join booked_years
    on
        compared.department_code = booked_years.department_code
        and compared.fiscal_year = booked_years.fiscal_year
left join classes
    on
        compared.asset_class = classes.code
        and {{ valid_in('compared.fiscal_year', 'classes') }}
