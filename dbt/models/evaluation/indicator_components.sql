-- Grain: one row per scheme, fiscal year, department, indicator and component.
-- Points before rounding; they are rounded at level 3.
with

points as (
    select * from {{ ref('int_evaluation__component_points') }}
)

select
    scheme_id,
    cast(fiscal_year as integer) as fiscal_year,
    department_code,
    cast(indicator_no as integer) as indicator_no,
    cast(component_no as integer) as component_no,
    cast(duty_no as integer) as duty_no,
    component,
    cast(weight as decimal(9, 2)) as weight,
    method,
    numerator_figure,
    denominator_figure,
    case_figure,
    zero_if_figure,
    target_figure,
    numerator,
    denominator,
    case_count,
    cast(target as decimal(18, 2)) as target,
    cast(percentage as decimal(28, 8)) as percentage,
    operator,
    target_text,
    actual_zh,
    cast(round(points, 8) as decimal(28, 8)) as points,
    state,
    na_policy,
    reason_zh,
    cast(evidence_count as bigint) as evidence_count
from points
