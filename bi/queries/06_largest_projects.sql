-- 第06问:支出最多的十个项目支出类项目是哪些,由谁负责?
-- 注意:按年的维度表用一列键 project_year_key 关联,不会重复计算。
select projects.project_name as 项目, projects.responsible_unit as 责任处室, sum(payments.amount_yuan) / 10000 as 支出万元
from marts.fct_payments as payments
left join marts.dim_project_yearly as projects on payments.project_year_key = projects.project_year_key
where payments.fiscal_year = 2023 and payments.department_code = '101001' and payments.spending_kind = '项目支出'
group by all
order by 支出万元 desc
limit 10
