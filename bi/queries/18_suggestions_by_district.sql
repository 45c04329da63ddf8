-- 第18问:各区代表领衔提出建议多少件,按期率多少?
select district_name as 区, count(*) as 件数, round(100.0 * count(*) filter (is_on_time) / count(is_on_time), 2) as 按期率
from marts.fct_suggestions
where fiscal_year = 2023 and department_code = '101001'
group by all
order by 件数 desc, 区
