-- 第10问:2023年退回以前年度的款项有几笔,多少元?
select count(*) as 笔数, sum(amount_yuan) as 金额元
from marts.fct_prior_year_refunds
where fiscal_year = 2023 and department_code = '101001'
