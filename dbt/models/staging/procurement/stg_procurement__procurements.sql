-- Written by `jixiao sources` from the contract; change that, not this file.
-- Grain: one row per procurement, per department; the rows current as of `as_of`.
with

landed as (
    {{ current_rows(
        source('procurement', 'procurements'),
        'procurements',
        key=['procurement_no']
    ) }}
)

select
    department_code,
    period,
    period_year,
    sequence_no,
    procurement_no,
    {{ name_unless_secret('procurement_name', 'is_secret') }} as procurement_name,
    project_code,
    responsible_unit,
    intention_no,
    scope,
    procurement_category,
    procurement_item,
    procurement_method,
    budget_yuan,
    plan_filed_on,
    notice_on,
    award_notice_on,
    earlier_award_notice_on,
    winning_amount_yuan,
    is_sme_suitable,
    complaints_raised,
    complaints_upheld,
    complaint_decided_on,
    penalties,
    penalised_on,
    violations_confirmed,
    violation_confirmed_on,
    needs_collective_decision,
    minutes_no,
    intention_exemption,
    is_urgent,
    is_secret,
    is_agricultural,
    is_platform_832,
    is_green_mandatory,
    is_green,
    remark,
    submission_id,
    sheet,
    row_number
from landed
