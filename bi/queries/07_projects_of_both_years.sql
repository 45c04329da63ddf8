-- 第07问:同一项目两年支出各多少(前十)?
-- 注意:跨年比较用当前维度表 dim_project(每个代码一行)。
select
    projects.project_name as 项目,
    sum(payments.amount_yuan) filter (payments.fiscal_year = 2022) / 10000 as 支出2022万元,
    sum(payments.amount_yuan) filter (payments.fiscal_year = 2023) / 10000 as 支出2023万元
from marts.fct_payments as payments
left join marts.dim_project as projects
    on payments.department_code = projects.department_code and payments.project_code = projects.project_code
where payments.department_code = '101001'
group by all
order by 支出2023万元 desc nulls last
limit 10
