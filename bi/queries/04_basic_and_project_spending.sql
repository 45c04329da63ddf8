-- 第04问:基本支出和项目支出各多少万元?
-- 对应数字:spending.basic = 基本支出万元
-- 对应数字:spending.project = 项目支出万元
select
    sum(amount_yuan) filter (spending_kind = '基本支出') / 10000 as 基本支出万元,
    sum(amount_yuan) filter (spending_kind = '项目支出') / 10000 as 项目支出万元
from marts.fct_payments
where fiscal_year = 2023 and department_code = '101001'
