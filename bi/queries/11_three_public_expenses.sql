-- 第11问:“三公”经费预算、支出和完成率?
-- 注意:第一行是合计,不要与明细相加。
-- 对应数字:three_public.budget = 预算万元
-- 对应数字:three_public.spent = 支出万元
select line_name as 项目, budget_yuan / 10000 as 预算万元, spent_yuan / 10000 as 支出万元, round(completion_pct, 2) as 完成率
from marts.three_public_expenses
where fiscal_year = 2023 and department_code = '101001'
order by line_no
