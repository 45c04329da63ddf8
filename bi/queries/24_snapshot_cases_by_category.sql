-- 第24问:随手拍案件各类别多少件,平均几天办结?
select category as 类别, count(*) as 件数, round(avg(counted_days), 1) as 平均办理天数
from marts.fct_snapshot_cases
where fiscal_year = 2023 and department_code = '101001'
group by all
order by 件数 desc, 类别
