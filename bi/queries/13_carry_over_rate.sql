-- 第13问:年末财政拨款结转结余多少,结转结余率多少?
-- 对应数字:carry_over.closing = 年末结转结余万元
-- 对应数字:carry_over.rate = 结转结余率
select
    max(value) filter (figure_id = 'carry_over.closing') as 年末结转结余万元,
    max(value) filter (figure_id = 'carry_over.rate') as 结转结余率
from evaluation.figures
where fiscal_year = 2023 and department_code = '101001'
