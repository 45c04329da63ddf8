-- 第15问:2023年各级人大代表建议各多少件?
-- 对应数字:suggestions.all_levels = 合计
select congress_level_name as 级别, count(*) as 件数, sum(count(*)) over () as 合计
from marts.fct_suggestions
where fiscal_year = 2023 and department_code = '101001'
group by all
order by 件数 desc
