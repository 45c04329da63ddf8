-- 第21问:联络站收集群众意见多少条,推动解决多少个?
-- 对应数字:feedback.received = 收集意见
-- 对应数字:feedback.solved = 推动解决
select
    max(value) filter (figure_id = 'feedback.received') as 收集意见,
    max(value) filter (figure_id = 'feedback.solved') as 推动解决
from evaluation.figures
where fiscal_year = 2023 and department_code = '101001'
