-- 第22问:群众意见和随手拍案件的办理结果各占多少?
-- 注意:两张表用同一套办理结果 feedback_results。
select coalesce(result_name, '未办结') as 办理结果, sum(意见) as 群众意见, sum(案件) as 随手拍案件
from (
    select result_name, 1 as 意见, 0 as 案件 from marts.fct_station_feedback where fiscal_year = 2023 and department_code = '101001'
    union all
    select result_name, 0, 1 from marts.fct_snapshot_cases where fiscal_year = 2023 and department_code = '101001'
)
group by all
order by 群众意见 desc
