-- 第20问:每月提出建议多少件?
-- 注意:没有建议的月份为 0,该期没有报送的为空白。
select month_start as 月份, sum(suggestion_count) as 件数
from marts.suggestions_by_month
where fiscal_year = 2023 and department_code = '101001'
group by all
order by 月份
