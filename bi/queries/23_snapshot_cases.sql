-- 第23问:随手拍案件多少件,办结率多少?
-- 注意:办结率按次年1月31日前办结计算,取已发布的数字,不要自己用 closed_at 再算一遍。
-- 对应数字:snapshots.cases = 案件数
-- 对应数字:snapshots.closed_rate = 办结率
select
    count(*) as 案件数,
    (
        select value from evaluation.figures
        where fiscal_year = 2023 and department_code = '101001' and figure_id = 'snapshots.closed_rate'
    ) as 办结率
from marts.fct_snapshot_cases
where fiscal_year = 2023 and department_code = '101001'
