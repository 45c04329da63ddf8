-- 第12问:公用经费控制率多少?
-- 对应数字:public_funds.rate = 数值
select label_zh as 名称, value as 数值, display_text as 写法
from evaluation.figures
where fiscal_year = 2023 and department_code = '101001' and figure_id = 'public_funds.rate'
