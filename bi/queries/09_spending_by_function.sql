-- 第09问:支出按功能分类科目各多少?
select function_code as 科目编码, function_name as 科目, sum(amount_yuan) / 10000 as 支出万元
from marts.fct_payments
where fiscal_year = 2023 and department_code = '101001'
group by all
order by 支出万元 desc
