-- 第30问:2023年绩效自评总分多少,哪些指标扣分,为什么?
-- 注意:indicators 只含当年正式方案;试算方案在 indicators_all_schemes。
select
    sum(score) over () as 总分,
    level3 as 指标,
    weight as 分值,
    score as 得分,
    deduction_reason_zh as 扣分原因
from evaluation.indicators
where fiscal_year = 2023 and department_code = '101001'
qualify score < weight
order by weight - score desc, indicator_no
