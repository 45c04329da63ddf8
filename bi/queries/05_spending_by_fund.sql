-- 第05问:按资金性质,预算和支出各多少?
select fund_type_name as 资金性质, budget_yuan / 10000 as 预算万元, spent_yuan / 10000 as 支出万元, round(rate_pct, 2) as 支出率
from marts.budget_execution_by_fund
where fiscal_year = 2023 and department_code = '101001'
order by spent_yuan desc, fund_type_name
