-- A failure means that a visited enterprise has a wrong credit code or none. It is counted all the same, perhaps twice.
-- 研究室 corrects 统一社会信用代码 in 走访对象 of 专项调研台账.
{{ config(severity='warn') }}
with

visits as (
    select * from {{ ref('fct_survey_visits') }}
)

select
    department_code,
    fiscal_year,
    visit_no,
    object_name,
    credit_code,
    submission_id,
    sheet,
    row_number
from visits
where (object_kind = '企业' and credit_code is null) or not has_valid_credit_code
