-- 第14问:年中监控时,支出进度落后于目标进度最多的项目是哪些?
select
    projects.project_name as 项目,
    records.spending_progress_pct as 支出进度,
    records.target_progress_pct as 目标进度,
    records.gap_points as 落后百分点
from marts.fct_monitoring_records as records
left join marts.dim_project_yearly as projects on records.project_year_key = projects.project_year_key
where records.fiscal_year = 2023 and records.department_code = '101001' and records.period_name = '年中' and records.gap_points > 0
order by records.gap_points desc, projects.project_name
limit 10
