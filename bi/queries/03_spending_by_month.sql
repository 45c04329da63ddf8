-- 第03问:各月支出和累计进度,与序时进度差多少?
select
    month_start as 月份,
    spent_yuan / 10000 as 当月支出万元,
    round(spending_progress_pct, 2) as 支出进度,
    round(calendar_progress_pct, 2) as 序时进度,
    round(deviation_pp, 2) as 相差百分点
from marts.budget_execution_by_month
where fiscal_year = 2023 and department_code = '101001'
order by month_start
