-- 第02问:2023年预算多少万元,支出率多少?
-- 对应数字:budget.total = 预算万元
-- 对应数字:spending.total = 支出万元
-- 对应数字:spending.rate = 支出率
select
    sum(budget_yuan) / 10000 as 预算万元,
    sum(spent_yuan) / 10000 as 支出万元,
    100 * sum(spent_yuan) / sum(budget_yuan) as 支出率
from marts.budget_execution_by_fund
where fiscal_year = 2023 and department_code = '101001'
