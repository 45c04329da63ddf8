-- 第29问:固定资产原值多少万元,各使用状况占多少?
-- 对应数字:assets.fixed_original_value = 固定资产原值万元
select
    sum(original_value_yuan) over () / 10000 as 固定资产原值万元,
    asset_state_name as 使用状况,
    原值万元
from (
    select asset_state_name, sum(original_value_yuan) as original_value_yuan, sum(original_value_yuan) / 10000 as 原值万元
    from marts.assets_by_state
    where fiscal_year = 2023 and department_code = '101001' and asset_kind = '固定资产'
    group by all
)
order by 原值万元 desc
