-- 第26问:合同按时签订率多少?
-- 对应数字:contracts.due_for_signing = 应签订
-- 对应数字:contracts.signed_on_time = 按时签订
-- 对应数字:contracts.signing_rate = 按时签订率
select
    max(value) filter (figure_id = 'contracts.due_for_signing') as 应签订,
    max(value) filter (figure_id = 'contracts.signed_on_time') as 按时签订,
    max(value) filter (figure_id = 'contracts.signing_rate') as 按时签订率
from evaluation.figures
where fiscal_year = 2023 and department_code = '101001'
