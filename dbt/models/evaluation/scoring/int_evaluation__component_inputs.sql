-- Grain: one row per scheme, fiscal year, department and component of an indicator in the variant that the scheme uses.
-- A figure that the scheme names must be there and have a value;
-- else the component is MISSING, which is neither zero nor N/A. It is partial where one of them lacks a part of the
-- year, also a part that is not due yet: an indicator judges the whole year.
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
)

select
    scheme_years.scheme_id,
    scheme_years.fiscal_year,
    department_years.department_code,
    components.indicator_no,
    components.component_no,
    components.variant,
    components.duty_no,
    components.component,
    components.weight,
    components.method,
    components.numerator_figure,
    components.denominator_figure,
    components.case_figure,
    components.zero_if_figure,
    components.target,
    components.points_per_case,
    components.over_points_share,
    components.na_policy,
    components.reason_zh,
    numerators.value as numerator,
    denominators.value as denominator,
    cases.value as case_count,
    zero_ifs.value as zero_if_count,
    judgements.judged_share_pct,
    judgements.reason as judgement_reason,
    coalesce(numerators.evidence_count, 0) + coalesce(denominators.evidence_count, 0)
    + coalesce(cases.evidence_count, 0) + coalesce(zero_ifs.evidence_count, 0)
    + case when judgements.judged_share_pct is null then 0 else 1 end as evidence_count,
    (components.numerator_figure is not null and numerators.value is null)
    or (components.denominator_figure is not null and denominators.value is null)
    or (components.case_figure is not null and cases.value is null)
    or (components.zero_if_figure is not null and zero_ifs.value is null)
    or (components.method = 'manual' and judgements.judged_share_pct is null) as is_missing,
    not coalesce(numerators.is_whole_year, true) or not coalesce(denominators.is_whole_year, true)
    or not coalesce(cases.is_whole_year, true) or not coalesce(zero_ifs.is_whole_year, true) as is_partial
from scheme_years
inner join indicators on scheme_years.scheme_id = indicators.scheme_id
inner join components
    on
        indicators.scheme_id = components.scheme_id
        and indicators.indicator_no = components.indicator_no
        and indicators.variant = components.variant
inner join department_years on scheme_years.fiscal_year = department_years.fiscal_year
{% for figure, relation in [
    ('numerator_figure', 'numerators'),
    ('denominator_figure', 'denominators'),
    ('case_figure', 'cases'),
    ('zero_if_figure', 'zero_ifs'),
] %}
    left join figure_values as {{ relation }}
        on
            components.{{ figure }} = {{ relation }}.figure_id
            and department_years.department_code = {{ relation }}.department_code
            and department_years.fiscal_year = {{ relation }}.fiscal_year
{% endfor %}
left join judgements
    on
        components.scheme_id = judgements.scheme_id
        and components.indicator_no = judgements.indicator_no
        and components.component_no = judgements.component_no
        and department_years.department_code = judgements.department_code
        and department_years.fiscal_year = judgements.fiscal_year
