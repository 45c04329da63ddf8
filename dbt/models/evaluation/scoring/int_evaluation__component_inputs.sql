-- Grain: one row per scheme, fiscal year, department and component of an indicator in the variant that the scheme uses.
-- The approved targets of a department are components too, each with its share of the points of the indicator; where
-- it has none that is scored, the indicator has one component, which is missing.
-- A figure that the scheme names must be there and have a value;
-- else the component is MISSING, which is neither zero nor N/A; N/A is what rests on a duty that the department does
-- not have. It is partial where one of them lacks a part of the year, also a part that is not due yet: an indicator
-- judges the whole year.
with

scheme_years as (
    select * from {{ ref('evaluation_scheme_years') }}
),

indicators as (
    select * from {{ ref('evaluation_indicators') }}
),

components as (
    select * from {{ ref('evaluation_components') }}
),

target_kinds as (
    select * from {{ ref('evaluation_target_kinds') }}
),

targets as (
    select * from {{ ref('approved_targets') }}
    where is_scored
),

figure_values as (
    select * from {{ ref('int_evaluation__figure_values') }}
),

judgements as (
    select * from {{ ref('fct_manual_judgements') }}
),

department_years as (
    select distinct
        department_code,
        fiscal_year
    from figure_values
),

rules as (
    select
        scheme_years.fiscal_year,
        department_years.department_code,
        components.*,
        components.method = 'approved_targets' as is_of_targets
    from scheme_years
    inner join indicators on scheme_years.scheme_id = indicators.scheme_id
    inner join components
        on
            indicators.scheme_id = components.scheme_id
            and indicators.indicator_no = components.indicator_no
            and indicators.variant = components.variant
    inner join department_years on scheme_years.fiscal_year = department_years.fiscal_year
),

parts as (
    select
        rules.scheme_id,
        rules.fiscal_year,
        rules.department_code,
        rules.indicator_no,
        coalesce(targets.indicator_no, rules.component_no) as component_no,
        rules.variant,
        targets.indicator_no as duty_no,
        coalesce(targets.indicator_name, rules.component) as component,
        cast(
            case
                when targets.indicator_no is null then rules.weight
                else
                    rules.weight * {{ exact_share('targets.weight', 'sum(targets.weight) over same_indicator') }}
            end
            as decimal(38, 17)
        ) as weight,
        rules.method,
        case when rules.is_of_targets then targets.numerator_figure else rules.numerator_figure end
            as numerator_figure,
        case when rules.is_of_targets then targets.denominator_figure else rules.denominator_figure end
            as denominator_figure,
        rules.case_figure,
        rules.zero_if_figure,
        case when rules.is_of_targets then rules.numerator_figure end as target_figure,
        case
            when rules.is_of_targets then coalesce(targets.low_value, targets.high_value)
            else rules.target
        end as target,
        rules.points_per_case,
        rules.over_points_share,
        coalesce(targets.na_policy, rules.na_policy) as na_policy,
        coalesce(targets.reason_zh, rules.reason_zh) as reason_zh,
        targets.operator,
        targets.target as target_text,
        targets.low_value,
        targets.high_value,
        targets.unit,
        targets.wording_figure,
        targets.is_counted,
        targets.actual as reported_text,
        targets.actual_value as reported_value,
        targets.grade,
        targets.grade_share_pct,
        case
            when not rules.is_of_targets then null
            when targets.indicator_no is null then '没有批复的计分指标'
            else targets.fault_zh
        end as fault_zh
    from rules
    left join target_kinds
        on
            rules.is_of_targets
            and rules.scheme_id = target_kinds.scheme_id
            and rules.indicator_no = target_kinds.indicator_no
    left join targets
        on
            rules.department_code = targets.department_code
            and rules.fiscal_year = targets.fiscal_year
            and target_kinds.indicator_kind = targets.indicator_kind
    window
        same_indicator as (
            partition by
                rules.scheme_id, rules.fiscal_year, rules.department_code, rules.indicator_no, rules.component_no
        ),
        by_kind as (
            partition by
                rules.scheme_id, rules.fiscal_year, rules.department_code, rules.indicator_no, rules.component_no
            order by target_kinds.indicator_kind
        )
    -- A kind of which the department has no target leaves no row beside those of the other kinds.
    qualify
        targets.indicator_no is not null
        or (
            count(targets.indicator_no) over same_indicator = 0
            and row_number() over by_kind = 1
        )
)

select
    parts.scheme_id,
    parts.fiscal_year,
    parts.department_code,
    parts.indicator_no,
    parts.component_no,
    parts.variant,
    parts.duty_no,
    parts.component,
    parts.weight,
    parts.method,
    parts.numerator_figure,
    parts.denominator_figure,
    parts.case_figure,
    parts.zero_if_figure,
    parts.target_figure,
    parts.target,
    parts.points_per_case,
    parts.over_points_share,
    parts.na_policy,
    parts.reason_zh,
    parts.operator,
    parts.target_text,
    parts.low_value,
    parts.high_value,
    parts.unit,
    parts.wording_figure,
    parts.is_counted,
    parts.reported_text,
    parts.grade,
    parts.grade_share_pct,
    parts.fault_zh,
    coalesce(numerators.value, case when not parts.is_counted then parts.reported_value end) as numerator,
    denominators.value as denominator,
    cases.value as case_count,
    zero_ifs.value as zero_if_count,
    judgements.judged_share_pct,
    judgements.reason as judgement_reason,
    coalesce(numerators.evidence_count, 0) + coalesce(denominators.evidence_count, 0)
    + coalesce(cases.evidence_count, 0) + coalesce(zero_ifs.evidence_count, 0)
    + case when judgements.judged_share_pct is null then 0 else 1 end
    + case when parts.duty_no is null then 0 else 1 end as evidence_count,
    parts.fault_zh is not null
    or (parts.numerator_figure is not null and numerators.value is null)
    or (parts.denominator_figure is not null and denominators.value is null)
    or (parts.case_figure is not null and cases.value is null)
    or (parts.zero_if_figure is not null and zero_ifs.value is null)
    or (parts.method = 'manual' and judgements.judged_share_pct is null) as is_missing,
    coalesce(
        numerators.status = 'NOT_APPLICABLE' or denominators.status = 'NOT_APPLICABLE'
        or cases.status = 'NOT_APPLICABLE' or zero_ifs.status = 'NOT_APPLICABLE',
        false
    ) as is_not_applicable,
    not coalesce(numerators.is_whole_year, true) or not coalesce(denominators.is_whole_year, true)
    or not coalesce(cases.is_whole_year, true) or not coalesce(zero_ifs.is_whole_year, true)
    or not coalesce(approved.is_whole_year, true) as is_partial
from parts
{% for figure, relation in [
    ('numerator_figure', 'numerators'),
    ('denominator_figure', 'denominators'),
    ('case_figure', 'cases'),
    ('zero_if_figure', 'zero_ifs'),
    ('target_figure', 'approved'),
] %}
    left join figure_values as {{ relation }}
        on
            parts.{{ figure }} = {{ relation }}.figure_id
            and parts.department_code = {{ relation }}.department_code
            and parts.fiscal_year = {{ relation }}.fiscal_year
{% endfor %}
left join judgements
    on
        parts.method = 'manual'
        and parts.scheme_id = judgements.scheme_id
        and parts.indicator_no = judgements.indicator_no
        and parts.component_no = judgements.component_no
        and parts.department_code = judgements.department_code
        and parts.fiscal_year = judgements.fiscal_year
