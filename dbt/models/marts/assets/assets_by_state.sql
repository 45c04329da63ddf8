-- Grain: one row per department, year, class and state of use.
with

cards as (
    select * from {{ ref('dim_asset_yearly') }}
)

select
    department_code,
    fiscal_year,
    asset_class,
    asset_class_name,
    asset_kind,
    asset_state,
    asset_state_name,
    cast(count(*) as integer) as card_count,
    cast(sum(original_value_yuan) as decimal(18, 2)) as original_value_yuan,
    cast(sum(depreciation_yuan) as decimal(18, 2)) as depreciation_yuan,
    cast(sum(net_value_yuan) as decimal(18, 2)) as net_value_yuan
from cards
group by
    department_code, fiscal_year, asset_class, asset_class_name, asset_kind, asset_state, asset_state_name
