-- Grain: one row per asset bought in the year and rule it breaks. Leads for people: nothing is deducted by itself.
with

purchases as (
    select * from {{ ref('fct_asset_purchases') }}
),

leads as (
    select
        *,
        '超价格标准' as lead_kind,
        '元' as unit,
        cast(price_limit_yuan as decimal(18, 2)) as limit_value,
        cast(original_value_yuan as decimal(18, 2)) as actual_value
    from purchases
    where is_over_price
    union all
    select
        *,
        '超数量标准' as lead_kind,
        '件' as unit,
        cast(quantity_limit as decimal(18, 2)) as limit_value,
        cast(number_of_its_kind as decimal(18, 2)) as actual_value
    from purchases
    where is_over_quantity
    union all
    select
        *,
        '未达最低使用年限更新' as lead_kind,
        '月' as unit,
        cast(12 * minimum_life_years as decimal(18, 2)) as limit_value,
        cast({{ dbt.datediff('replaced_acquired_on', 'acquired_on', 'month') }} as decimal(18, 2)) as actual_value
    from purchases
    where is_replaced_early
)

select
    department_code,
    fiscal_year,
    card_no,
    lead_kind,
    asset_name,
    item_kind,
    acquired_on,
    unit,
    limit_value,
    actual_value,
    replaces_card_no,
    replaced_acquired_on,
    basis,
    submission_id,
    sheet,
    row_number
from leads
