-- 第17问:代表建议按期答复率和平均办理天数?
-- 注意:is_on_time 空白为尚未到期或没有期限,不算迟。
select
    count(is_on_time) as 应答复,
    count(*) filter (is_on_time) as 按期答复,
    round(100.0 * count(*) filter (is_on_time) / count(is_on_time), 2) as 按期率,
    round(avg(counted_days), 1) as 平均办理天数
from marts.fct_suggestions
where fiscal_year = 2023 and department_code = '101001'
