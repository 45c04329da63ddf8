-- Grain: one row per project and performance indicator of its target form.
with

ledger as (
    select * from {{ ref('stg_budget__performance_targets') }}
)

select
    department_code,
    period_year as fiscal_year,
    project_code,
    division as responsible_unit,
    filed_on,
    approved_on,
    cast(returned_count as integer) as returned_count,
    overall_target_zh,
    overall_actual_zh,
    cast(indicator_no as integer) as indicator_no,
    level1,
    level2,
    indicator_name,
    operator,
    target_value,
    target_number,
    unit,
    cast(weight as decimal(9, 2)) as weight,
    actual_value,
    actual_number,
    counted_up_to,
    cast(self_points as decimal(9, 2)) as self_points,
    deviation_zh,
    case operator
        when '≥' then actual_number >= target_number
        when '≤' then actual_number <= target_number
        when '=' then actual_number = target_number
    end as is_reached,
    row_number() over (
        partition by department_code, period_year, project_code
        order by indicator_no, submission_id, sheet, row_number
    ) = 1 as is_first_of_form,
    {{ surrogate(['department_code', 'period_year', 'project_code']) }} as project_year_key,
    submission_id,
    sheet,
    row_number
from ledger
