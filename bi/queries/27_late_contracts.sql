-- 第27问:哪些合同逾期,逾期几天?
select contract_no as 合同编号, clock_name as 时限, due_on as 期限, done_on as 办结日期, days_late as 逾期, day_unit as 单位
from marts.contract_clocks
where fiscal_year = 2023 and department_code = '101001' and days_late > 0
order by 逾期 desc, 合同编号, 时限
limit 10
