-- 第25问:各区有多少联络站,收到多少意见?
select district_name as 区, count(*) as 联络站, sum(deputy_count) as 进站代表, sum(opinion_count) as 意见
from marts.station_activity
where fiscal_year = 2023 and department_code = '101001'
group by all
order by 意见 desc, 区
