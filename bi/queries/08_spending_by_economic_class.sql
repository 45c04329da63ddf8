-- 第08问:支出按部门经济分类,前十款是哪些?
select department_economic_name as 部门经济分类, sum(amount_yuan) / 10000 as 支出万元
from marts.fct_payments
where fiscal_year = 2023 and department_code = '101001'
group by all
order by 支出万元 desc
limit 10
