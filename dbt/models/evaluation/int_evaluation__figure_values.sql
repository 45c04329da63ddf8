{{ config(materialized='view', contract={'enforced': false}) }}
-- Grain: one row per figure, department and fiscal year for which the department handed in anything.
-- Missing (nothing of a ledger stands) has no value; zero (handed in, nothing counts) is 0; partial (some of what is
-- due does not count) has the value of what does. What is not due yet in a running year leaves a figure to date.
-- Not applicable: made of a ledger of duties that the department does not have. A growth over a break of its series is
-- not computed. Both say why.
with

catalogue as (
    select * from {{ ref('figure_catalogue') }}
),

submissions as (
    select * from {{ ref('stg_quality__current_submissions') }}
),

evidence as (
    select * from {{ ref('evidence') }}
),

states as (
    select * from {{ ref('int_evaluation__figure_states') }}
),

duties_not_had as (
    select * from {{ ref('not_of_department') }}
),

series_breaks as (
    select * from {{ ref('series_breaks') }}
),

years as (
    select distinct
        department_code,
        fiscal_year
    from submissions
),

expected as (
    select
        years.department_code,
        years.fiscal_year,
        catalogue.*
    from years
    inner join catalogue
        on {{ valid_in('years.fiscal_year', 'catalogue') }}
),

not_applicable as (
    select
        expected.department_code,
        expected.fiscal_year,
        expected.figure_id,
        min(duties_not_had.reason_zh) as reason_zh
    from expected
    inner join duties_not_had
        on
            expected.department_code = duties_not_had.department_code
            and {{ valid_in('expected.fiscal_year', 'duties_not_had') }}
            and (
                expected.figure_id = duties_not_had.figure_id
                or '|' || expected.source_ledgers || '|' like '%|' || duties_not_had.ledger || '|%'
            )
    group by expected.department_code, expected.fiscal_year, expected.figure_id
),

growth_over_a_break as (
    select
        growths.department_code,
        growths.fiscal_year,
        growths.figure_id,
        min(series_breaks.told_zh) as reason_zh
    from expected as growths
    inner join catalogue as now_figures
        on
            growths.numerator_figure = now_figures.figure_id
            and {{ valid_in('growths.fiscal_year', 'now_figures') }}
    inner join catalogue as base_figures
        on
            growths.denominator_figure = base_figures.figure_id
            and {{ valid_in('growths.fiscal_year', 'base_figures') }}
    inner join series_breaks
        on
            growths.department_code = series_breaks.department_code
            and growths.numerator_figure = series_breaks.figure_id
            and growths.fiscal_year + now_figures.ledger_year_offset > series_breaks.last_old_year
            and growths.fiscal_year + base_figures.ledger_year_offset < series_breaks.first_new_year
    where growths.aggregation in ('growth', 'difference')
    group by growths.department_code, growths.fiscal_year, growths.figure_id
),

handed_in as (
    select distinct
        department_code,
        fiscal_year,
        ledger
    from submissions
),

ledgers as (
    select distinct ledger from submissions
),

ledgers_of_lists as (
    -- Lists are few: held against each hand-in, they would be looked through once a figure, department and ledger.
    select
        lists.source_ledgers,
        ledgers.ledger
    from (select distinct source_ledgers from catalogue) as lists
    inner join ledgers on '|' || lists.source_ledgers || '|' like '%|' || ledgers.ledger || '|%'
),

needed_ledgers as (
    select
        expected.department_code,
        expected.fiscal_year,
        expected.figure_id,
        count(handed_in.ledger) as handed_in,
        -- A figure of the scheme needs no ledger.
        max(
            coalesce(length(expected.source_ledgers) - length(replace(expected.source_ledgers, '|', '')) + 1, 0)
        ) as needed
    from expected
    left join ledgers_of_lists on expected.source_ledgers = ledgers_of_lists.source_ledgers
    left join handed_in
        on
            expected.department_code = handed_in.department_code
            and expected.fiscal_year + expected.ledger_year_offset = handed_in.fiscal_year
            and ledgers_of_lists.ledger = handed_in.ledger
    group by expected.department_code, expected.fiscal_year, expected.figure_id
),

aggregated as (
    select
        department_code,
        fiscal_year,
        figure_id,
        count(*) as evidence_count,
        sum(measure) as summed,
        count(measure) as counted,
        count(distinct fact_key) as counted_distinct
    from evidence
    group by department_code, fiscal_year, figure_id
),

basic as (
    select
        expected.*,
        coalesce(aggregated.evidence_count, 0) as evidence_count,
        coalesce(states.is_partial, false) as is_partial,
        coalesce(states.is_whole_year, true) as is_whole_year,
        states.coverage_zh,
        case
            when needed_ledgers.handed_in = needed_ledgers.needed and not coalesce(states.is_missing, false)
                then {{ measured_of('expected.aggregation', 'aggregated') }}
        end as measured
    from expected
    inner join needed_ledgers
        on
            expected.department_code = needed_ledgers.department_code
            and expected.fiscal_year = needed_ledgers.fiscal_year
            and expected.figure_id = needed_ledgers.figure_id
    left join aggregated
        on
            expected.department_code = aggregated.department_code
            and expected.fiscal_year = aggregated.fiscal_year
            and expected.figure_id = aggregated.figure_id
    left join states
        on
            expected.department_code = states.department_code
            and expected.fiscal_year = states.fiscal_year
            and expected.figure_id = states.figure_id
),

ratios as (
    select
        basic.department_code,
        basic.fiscal_year,
        basic.figure_id,
        numerators.evidence_count + denominators.evidence_count as evidence_count,
        {{ value_of_two('basic', 'numerators', 'denominators') }} as value,
        {{ is_base_zero('basic', 'numerators', 'denominators') }} as is_base_zero
    from basic
    inner join basic as numerators
        on
            basic.department_code = numerators.department_code
            and basic.fiscal_year = numerators.fiscal_year
            and basic.numerator_figure = numerators.figure_id
    inner join basic as denominators
        on
            basic.department_code = denominators.department_code
            and basic.fiscal_year = denominators.fiscal_year
            and basic.denominator_figure = denominators.figure_id
)

select
    basic.figure_id,
    basic.fiscal_year,
    basic.department_code,
    case
        when not_applicable.figure_id is null and growth_over_a_break.figure_id is null
            then coalesce(
                ratios.value,
                {{ exact_quotient('basic.measured', 'basic.units_per_figure_unit') }}
            )
    end as value,
    case
        when not_applicable.figure_id is not null then 'NOT_APPLICABLE'
        when growth_over_a_break.figure_id is not null then 'NOT_COMPARABLE'
        when basic.measured is null and ratios.value is null
            -- A base of zero of which something is lacking is not known to be zero.
            then case when ratios.is_base_zero and not basic.is_partial then 'NOT_COMPARABLE' else 'MISSING' end
        when basic.is_partial then 'PARTIAL'
        else 'OK'
    end as status,
    case
        when not_applicable.figure_id is not null then 0
        else coalesce(ratios.evidence_count, basic.evidence_count)
    end as evidence_count,
    basic.is_whole_year or not_applicable.figure_id is not null as is_whole_year,
    case when not_applicable.figure_id is null then basic.coverage_zh end as coverage_zh,
    coalesce(not_applicable.reason_zh, growth_over_a_break.reason_zh) as reason_zh,
    not_applicable.figure_id is null and growth_over_a_break.figure_id is not null as is_over_a_break
from basic
left join ratios
    on
        basic.department_code = ratios.department_code
        and basic.fiscal_year = ratios.fiscal_year
        and basic.figure_id = ratios.figure_id
left join not_applicable
    on
        basic.department_code = not_applicable.department_code
        and basic.fiscal_year = not_applicable.fiscal_year
        and basic.figure_id = not_applicable.figure_id
left join growth_over_a_break
    on
        basic.department_code = growth_over_a_break.department_code
        and basic.fiscal_year = growth_over_a_break.fiscal_year
        and basic.figure_id = growth_over_a_break.figure_id
