{{ config(materialized='view', contract={'enforced': false}) }}
-- Grain: one row per figure, department and fiscal year for which the department handed in anything.
-- Missing (nothing of a ledger stands) has no value; zero (handed in, nothing counts) is 0; partial (some of what is
-- due does not count) has the value of what does. What is not due yet in a running year leaves a figure to date.
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

needed_ledgers as (
    select
        expected.department_code,
        expected.fiscal_year,
        expected.figure_id,
        count(distinct submissions.ledger) as handed_in,
        -- A figure of the scheme needs no ledger.
        max(
            coalesce(length(expected.source_ledgers) - length(replace(expected.source_ledgers, '|', '')) + 1, 0)
        ) as needed
    from expected
    left join submissions
        on
            expected.department_code = submissions.department_code
            and expected.fiscal_year + expected.ledger_year_offset = submissions.fiscal_year
            and '|' || expected.source_ledgers || '|' like '%|' || submissions.ledger || '|%'
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
                then case expected.aggregation
                    when 'sum' then coalesce(aggregated.summed, 0)
                    when 'count' then coalesce(aggregated.counted, 0)
                    when 'count_distinct' then coalesce(aggregated.counted_distinct, 0)
                end
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
        {{ exact_quotient(
            "100 * (numerators.measured - case when basic.aggregation = 'growth' then denominators.measured else 0 end)",
            'denominators.measured'
        ) }} as value,
        numerators.measured is not null and denominators.measured = 0 as is_base_zero
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
    coalesce(
        ratios.value,
        {{ exact_quotient('basic.measured', 'basic.units_per_figure_unit') }}
    ) as value,
    case
        when basic.measured is null and ratios.value is null
            -- A base of zero of which something is lacking is not known to be zero.
            then case when ratios.is_base_zero and not basic.is_partial then 'NOT_COMPARABLE' else 'MISSING' end
        when basic.is_partial then 'PARTIAL'
        else 'OK'
    end as status,
    coalesce(ratios.evidence_count, basic.evidence_count) as evidence_count,
    basic.is_whole_year,
    basic.coverage_zh
from basic
left join ratios
    on
        basic.department_code = ratios.department_code
        and basic.fiscal_year = ratios.fiscal_year
        and basic.figure_id = ratios.figure_id
