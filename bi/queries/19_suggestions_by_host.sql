-- 第19问:办理建议最多的十个承办单位是哪些,满意率多少?
-- 注意:比率不能相加或平均,用件数重新计算。
select host_unit as 承办单位, sum(suggestion_count) as 件数, sum(satisfied_count) as 满意件数, sum(rated_count) as 评价件数
from marts.suggestions_by_host
where fiscal_year = 2023 and department_code = '101001'
group by all
order by 件数 desc, 承办单位
limit 10
