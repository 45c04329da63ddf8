-- Grain: one row per department, year of the register and asset card; no user, because users are persons.
with

cards as (
    select * from {{ ref('stg_assets__asset_cards') }}
),

classes as (
    select * from {{ ref('asset_classes') }}
),

class_kinds as (
    select * from {{ ref('asset_class_kinds') }}
),

states as (
    select * from {{ ref('asset_states') }}
),

item_kinds as (
    select * from {{ ref('asset_item_kinds') }}
)

select
    cards.department_code,
    cards.period_year as fiscal_year,
    cards.card_no,
    cards.asset_name,
    cards.asset_class,
    classes.name_zh as asset_class_name,
    class_kinds.asset_kind,
    cards.class_code,
    cards.classification_version,
    item_kinds.item_kind,
    cards.specification,
    cards.asset_state,
    states.name_zh as asset_state_name,
    cards.value_kind = '名义金额' as is_nominal,
    cards.original_value_yuan,
    cards.depreciation_yuan,
    cards.net_value_yuan,
    cast(cards.floor_area_sqm as decimal(18, 2)) as floor_area_sqm,
    cards.user_department,
    cards.place,
    cards.acquisition_method,
    cards.acquired_on,
    cards.booked_on,
    cards.replaces_card_no,
    nullif(
        case when cards.asset_name is null then '资产名称;' else '' end
        || case when cards.class_code is null then '国标分类;' else '' end
        || case when cards.user_department is null then '使用部门;' else '' end
        || case when cards.place is null and class_kinds.needs_place then '存放地点;' else '' end
        || case when cards.floor_area_sqm is null and class_kinds.needs_floor_area then '建筑面积;' else '' end
        || case when cards.acquisition_method is null then '取得方式;' else '' end
        || case when cards.acquired_on is null then '取得日期;' else '' end
        || case when cards.booked_on is null then '资产记账日期;' else '' end,
        ''
    ) as missing_data,
    cards.submission_id,
    cards.sheet,
    cards.row_number
from cards
left join classes
    on
        cards.asset_class = classes.code
        and {{ valid_in('cards.period_year', 'classes') }}
left join class_kinds on cards.asset_class = class_kinds.asset_class
left join states
    on
        cards.asset_state = states.code
        and {{ valid_in('cards.period_year', 'states') }}
left join item_kinds
    on
        cards.classification_version = item_kinds.classification_version
        and cards.class_code = item_kinds.class_code
