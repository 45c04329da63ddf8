-- 第16问:代表建议件数同比增长多少?
-- 对应数字:suggestions.all_levels = 本年件数
-- 对应数字:suggestions.all_levels_previous = 上年件数
-- 对应数字:suggestions.all_levels_growth = 增长率
select
    count(*) filter (fiscal_year = 2023) as 本年件数,
    count(*) filter (fiscal_year = 2022) as 上年件数,
    100 * (本年件数 - 上年件数) / 上年件数 as 增长率
from marts.fct_suggestions
where department_code = '101001'
