-- Grain: one row per scheme, fiscal year, department and component:
-- its share of the full points, and why points were lost.
-- How a method scores is told in docs/scoring.md; every number it uses comes from the scheme.
with

inputs as (
    select * from {{ ref('int_evaluation__component_inputs') }}
),

bands as (
    select
        *,
        {{ exact_share('share_numerator', 'share_denominator') }} as share
    from {{ ref('evaluation_bands') }}
),

wordings as (
    select * from {{ ref('figure_wordings') }}
),

percentages as (
    select
        *,
        cast(100 * {{ exact_share('numerator', 'denominator') }} as decimal(38, 15)) as percentage,
        not is_missing and denominator = 0 and (
            method in ('ratio', 'all_of', 'banded', 'approved_targets')
            or (method = 'over_budget' and numerator = 0)
        ) as has_zero_base
    from inputs
),

states as (
    select
        *,
        case
            when is_not_applicable then 'NOT_APPLICABLE'
            -- Of a base that is not whole nobody knows that it is zero.
            when is_missing or (has_zero_base and (is_partial or method in ('banded', 'over_budget')))
                then 'MISSING_DATA'
            when is_partial then 'PARTIAL'
            when method = 'manual' or (operator = '定性' and not is_counted) then 'MANUAL'
            when has_zero_base then 'NOT_APPLICABLE'
            else 'SCORED'
        end as state,
        -- What is held against a target: of two figures their percentage, else the one figure or the reported value.
        case when denominator_figure is null then numerator else numerator * 100 end as actual_numerator,
        case when denominator_figure is null then 1 else denominator end as actual_denominator
    from percentages
),

spoken as (
    -- What the actual value of a target is called: of a qualitative one always its words.
    select
        states.*,
        case
            when states.method != 'approved_targets' or states.state in ('MISSING_DATA', 'NOT_APPLICABLE') then null
            when states.is_counted
                then
                    coalesce(
                        wordings.text_zh,
                        {{ number_text(
                            'cast(round(coalesce(states.percentage, states.numerator), 2) as decimal(28, 8))'
                        ) }}
                        || coalesce(states.unit, '')
                    )
            when states.operator = '定性' then coalesce(states.reported_text, states.grade)
            else {{ number_text('states.numerator') }} || coalesce(states.unit, '')
        end as actual_zh
    from states
    left join wordings
        on
            states.wording_figure = wordings.figure_id
            and cast(round(states.percentage, 2) as decimal(18, 2)) between wordings.low and wordings.high
),

shares as (
    select
        states.*,
        case
            when states.state = 'NOT_APPLICABLE' and states.na_policy = 'FULL_SCORE' then 1
            when states.state in ('MISSING_DATA', 'NOT_APPLICABLE') then 0
            else case states.method
                when 'manual' then {{ exact_share('states.judged_share_pct', '100') }}
                when 'ratio'
                    then least(1, {{ exact_share('states.numerator * 100', 'states.denominator * states.target') }})
                when 'banded' then bands.share
                when 'all_of' then case when states.numerator >= states.denominator then 1 else 0 end
                when 'at_least' then case when states.numerator >= states.target then 1 else 0 end
                when 'at_most'
                    then case when states.numerator <= coalesce(states.denominator, states.target) then 1 else 0 end
                when 'over_budget'
                    then case
                        when states.denominator = 0 then 0
                        else greatest(
                            0,
                            cast(
                                1 - states.over_points_share * ceiling(greatest(0, states.percentage - 100))
                                as decimal(38, 17)
                            )
                        )
                    end
                when 'cases' then 1
                when 'approved_targets'
                    then case
                        when states.operator = '定性' and states.is_counted
                            then
                                least(1, {{ exact_share(
                                    'states.actual_numerator', 'states.actual_denominator * 100'
                                ) }})
                        when states.operator = '定性' then {{ exact_share('states.grade_share_pct', '100') }}
                        when states.actual_numerator < states.low_value * states.actual_denominator
                            then
                                greatest(0, coalesce({{ exact_share(
                                    'states.actual_numerator', 'states.low_value * states.actual_denominator'
                                ) }}, 0))
                        when states.actual_numerator > states.high_value * states.actual_denominator
                            then
                                greatest(0, {{ exact_share(
                                    'states.high_value * states.actual_denominator', 'states.actual_numerator'
                                ) }})
                        else 1
                    end
            end
        end as share
    from spoken as states
    left join bands
        on
            states.method = 'banded'
            and states.scheme_id = bands.scheme_id
            and states.indicator_no = bands.indicator_no
            and states.component_no = bands.component_no
            and states.variant = bands.variant
            and case bands.included_bound
                when 'upper'
                    then
                        (bands.above is null or states.percentage > bands.above)
                        and (bands.up_to is null or states.percentage <= bands.up_to)
                else
                    (bands.above is null or states.percentage >= bands.above)
                    and (bands.up_to is null or states.percentage < bands.up_to)
            end
),

points as (
    select
        *,
        case
            when zero_if_count > 0 or state = 'MISSING_DATA' then 0
            else greatest(
                0,
                cast(weight * share as decimal(38, 17)) - coalesce(points_per_case * case_count, 0)
            )
        end as points
    from shares
),

units as (
    select
        figure_id,
        display_unit
    from {{ ref('figure_catalogue') }}
)

select
    scheme_id,
    fiscal_year,
    department_code,
    indicator_no,
    component_no,
    duty_no,
    component,
    weight,
    method,
    numerator_figure,
    denominator_figure,
    case_figure,
    zero_if_figure,
    target_figure,
    numerator,
    denominator,
    case_count,
    target,
    percentage,
    operator,
    target_text,
    low_value,
    high_value,
    actual_zh,
    case
        when state in ('SCORED', 'PARTIAL') and operator != '定性' then coalesce(percentage, numerator)
    end as actual_value,
    na_policy,
    state,
    evidence_count,
    case when state in ('SCORED', 'PARTIAL', 'MANUAL') then points >= weight end as is_reached,
    cast(points as decimal(38, 17)) as points,
    case
        when state = 'MISSING_DATA'
            then '缺少数据:' || component || coalesce('(' || fault_zh || ')', '')
        when state = 'PARTIAL' and points = weight then '数据不全,暂计'
        when method = 'manual' and points < weight then judgement_reason
        when state = 'MANUAL' and points < weight
            then reason_zh || '(' || grade || ':' || actual_zh || ',目标 ' || target_text || ')'
        when state in ('SCORED', 'PARTIAL') and points < weight
            then
                case when state = 'PARTIAL' then '数据不全,暂计:' else '' end
                || reason_zh
                || case
                    when numerator is not null and denominator is not null
                        then
                            '(' || {{ amount_beside('numerator', 'denominator', 'units.display_unit') }}
                            || '/' || {{ amount_beside('denominator', 'numerator', 'units.display_unit') }} || ')'
                    when actual_zh is not null
                        then
                            '(完成 ' || actual_zh || ',目标 '
                            || case operator when '区间' then '' else operator end || target_text || ')'
                    else ''
                end
                || case
                    when case_count > 0 then '(' || {{ number_text('case_count') }} || '起)'
                    else ''
                end
    end as reason_zh
from points
left join units on points.numerator_figure = units.figure_id
