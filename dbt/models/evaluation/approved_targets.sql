-- Grain: one row per department, fiscal year and indicator of the department's approved targets: the version that is
-- held against, beside what was approved first, and where its actual value comes from.
-- What keeps a target from being scored whatever the ledgers say is told in `fault_zh`.
with

targets as (
    select * from {{ ref('fct_department_targets') }}
),

first_versions as (
    select * from targets
    qualify row_number() over (
        partition by department_code, fiscal_year, indicator_no
        order by version asc, approved_on asc, row_number asc
    ) = 1
),

counted_from as (
    select * from {{ ref('department_target_figures') }}
),

grades as (
    select * from {{ ref('target_grades') }}
),

held_against as (
    select
        targets.*,
        first_versions.target as first_target,
        first_versions.approved_on as first_approved_on,
        counted_from.numerator_figure,
        counted_from.denominator_figure,
        counted_from.wording_figure,
        counted_from.na_policy,
        counted_from.reason_zh,
        targets.operator = '定性' as is_qualitative,
        counted_from.numerator_figure is not null as is_counted,
        -- The grade that was given; the words of the target themselves say that it was reached.
        coalesce(targets.grade, named.grade, case when targets.actual = targets.target then reached.grade end)
            as given_grade
    from targets
    inner join first_versions
        on
            targets.department_code = first_versions.department_code
            and targets.fiscal_year = first_versions.fiscal_year
            and targets.indicator_no = first_versions.indicator_no
    left join counted_from
        on
            targets.department_code = counted_from.department_code
            and targets.indicator_name = counted_from.indicator_name
            and {{ valid_in('targets.fiscal_year', 'counted_from') }}
    left join grades as named
        on
            targets.actual = named.grade
            and {{ valid_in('targets.fiscal_year', 'named') }}
    left join grades as reached
        on
            reached.below_pct is null
            and {{ valid_in('targets.fiscal_year', 'reached') }}
    where targets.is_final
),

judged as (
    select
        held_against.*,
        case when is_qualitative then grades.grade end as judged_grade,
        case
            when is_qualitative and not is_counted
                then coalesce(held_against.grade_share_pct, grades.usual_pct)
        end as judged_share_pct
    from held_against
    left join grades
        on
            {{ valid_in('held_against.fiscal_year', 'grades') }}
            and case
                when held_against.given_grade is null
                    then
                        held_against.grade_share_pct >= grades.at_least_pct
                        and (grades.below_pct is null or held_against.grade_share_pct < grades.below_pct)
                else held_against.given_grade = grades.grade
            end
)

select
    department_code,
    fiscal_year,
    indicator_no,
    indicator_name,
    indicator_kind,
    operator,
    target,
    low_value,
    high_value,
    unit,
    weight,
    version,
    approved_on,
    first_target,
    first_approved_on,
    weight > 0 as is_scored,
    is_qualitative,
    is_counted,
    numerator_figure,
    denominator_figure,
    wording_figure,
    na_policy,
    reason_zh,
    actual,
    case when not is_qualitative then actual_value end as actual_value,
    judged_grade as grade,
    cast(judged_share_pct as decimal(5, 2)) as grade_share_pct,
    case
        when target is null then '没有目标值'
        when not is_qualitative and low_value is null and high_value is null
            then case operator when '区间' then '区间目标值须写成“低~高”' else '目标值不是数值' end
        when low_value > high_value then '区间目标值的低端大于高端'
        when operator = '≥' and low_value <= 0 then '目标值须大于零,否则不能按完成比例计分'
        when is_counted then null
        when actual is null and judged_share_pct is null then '未报全年完成值'
        when is_qualitative and judged_share_pct is null then '定性指标未评定完成档次'
        when not is_qualitative and actual_value is null then '全年完成值不是数值'
    end as fault_zh,
    evidence_no,
    submission_id,
    sheet,
    row_number
from judged
