-- 第01问:2023年实际支出多少万元?
-- 注意:退回以前年度的款项在 fct_prior_year_refunds,不用再减。
-- 对应数字:spending.total = 支出万元
select sum(amount_yuan) / 10000 as 支出万元
from marts.fct_payments
where fiscal_year = 2023 and department_code = '101001'
