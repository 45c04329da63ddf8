"""What figures stand on rows in doubt, and by how much: each figure as it is and as it would be without them, to the fen."""

from __future__ import annotations

from dagster_project.ingestion.sql import literals
from dagster_project.quality.issue_checks import MISSING_PERIOD, NOT_COUNTED

CUT = "cast(({number}) as decimal(28, 0)) * cast('0.00000001' as decimal(9, 8))"
"""A whole number of hundred-millionths as a value: figures are cut at eight places and never rounded, so this is, too."""
STATES_OF_PLACES = """
    create or replace temp table doubted as
    select distinct places.check_id, issues.state, places.submission_id, places.sheet, places.row_number
    from all_places as places inner join all_issues as issues using (check_id, issue_no)
"""
REST = """
    create or replace temp table rest as
    with
    touched as (
        select doubted.check_id, doubted.state, evidence.figure_id, evidence.fiscal_year, evidence.department_code, count(*) as row_count
        from evaluation.evidence as evidence
        inner join doubted
            on evidence.submission_id = doubted.submission_id and coalesce(evidence.sheet, '') = doubted.sheet
            and evidence.row_number = doubted.row_number
        group by all
    ),
    remaining as (
        select touched.check_id, touched.state, evidence.figure_id, evidence.fiscal_year, evidence.department_code,
            evidence.measure, evidence.fact_key
        from touched inner join evaluation.evidence as evidence using (figure_id, fiscal_year, department_code)
        anti join doubted
            on touched.check_id = doubted.check_id and touched.state = doubted.state
            and evidence.submission_id = doubted.submission_id and coalesce(evidence.sheet, '') = doubted.sheet
            and evidence.row_number = doubted.row_number
    ),
    summed as (
        select check_id, state, figure_id, fiscal_year, department_code,
            sum(measure) as summed, count(measure) as counted, count(distinct fact_key) as counted_distinct
        from remaining group by all
    )
    select
        touched.*,
        cast(case definitions.aggregation
            when 'sum' then coalesce(summed.summed, 0) when 'count' then coalesce(summed.counted, 0)
            else coalesce(summed.counted_distinct, 0) end as decimal(28, 2)) as measured
    from touched
    left join summed using (check_id, state, figure_id, fiscal_year, department_code)
    inner join evaluation.figure_definitions as definitions
        on touched.figure_id = definitions.figure_id
        and touched.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
"""
WITHOUT = f"""
    create or replace temp table without as
    with
    parts as (
        select figures.figure_id, figures.fiscal_year, figures.department_code,
            cast(figures.value * definitions.units_per_figure_unit as decimal(28, 2)) as measured
        from evaluation.figures as figures
        inner join evaluation.figure_definitions as definitions
            on figures.figure_id = definitions.figure_id
            and figures.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
    ),
    ratios as (
        select distinct rest.check_id, rest.state, rest.fiscal_year, rest.department_code,
            definitions.figure_id, definitions.numerator_figure, definitions.denominator_figure, definitions.aggregation,
            definitions.units_per_figure_unit
        from rest
        inner join evaluation.figure_definitions as definitions
            on rest.figure_id in (definitions.numerator_figure, definitions.denominator_figure)
            and rest.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
    ),
    of_ratios as (
        select ratios.*,
            coalesce(tops.measured, whole_tops.measured) as top,
            coalesce(bottoms.measured, whole_bottoms.measured) as bottom,
            coalesce(tops.row_count, 0) + coalesce(bottoms.row_count, 0) as row_count
        from ratios
        left join rest as tops
            on ratios.check_id = tops.check_id and ratios.state = tops.state and ratios.fiscal_year = tops.fiscal_year
            and ratios.department_code = tops.department_code and ratios.numerator_figure = tops.figure_id
        left join rest as bottoms
            on ratios.check_id = bottoms.check_id and ratios.state = bottoms.state and ratios.fiscal_year = bottoms.fiscal_year
            and ratios.department_code = bottoms.department_code and ratios.denominator_figure = bottoms.figure_id
        left join parts as whole_tops
            on ratios.fiscal_year = whole_tops.fiscal_year and ratios.department_code = whole_tops.department_code
            and ratios.numerator_figure = whole_tops.figure_id
        left join parts as whole_bottoms
            on ratios.fiscal_year = whole_bottoms.fiscal_year and ratios.department_code = whole_bottoms.department_code
            and ratios.denominator_figure = whole_bottoms.figure_id
    )
    select check_id, state, figure_id, fiscal_year, department_code, row_count,
        case when aggregation = 'difference' then {
    CUT.format(number="(cast((top - bottom) * 100 as hugeint) * 1000000) // units_per_figure_unit")
} else {
    CUT.format(
        number='''(cast((top - case when aggregation = 'growth' then bottom else 0 end) * 100 as hugeint) * 100 * 100000000)
            // nullif(cast(bottom * 100 as hugeint), 0)'''
    )
} end as value_without
    from of_ratios
    union all
    select rest.check_id, rest.state, rest.figure_id, rest.fiscal_year, rest.department_code, rest.row_count,
        {
    CUT.format(number="(cast(rest.measured * 100 as hugeint) * 1000000) // definitions.units_per_figure_unit")
} as value_without
    from rest
    inner join evaluation.figure_definitions as definitions
        on rest.figure_id = definitions.figure_id
        and rest.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
"""
EFFECTS = f"""
    select without.check_id, without.state, without.figure_id, figures.label_zh, without.fiscal_year, without.department_code,
        without.row_count, figures.value - without.value_without as effect, figures.unit,
        case when figures.unit <> '%' then
            cast(round(100 * (figures.value - without.value_without)::double / nullif(figures.value, 0), 8) as decimal(28, 8))
        end as share_pct,
        figures.value, cast(without.value_without as decimal(28, 8)) as value_without
    from without
    inner join evaluation.figures as figures using (figure_id, fiscal_year, department_code)
    union all
    select issues.check_id, issues.state, figures.figure_id, figures.label_zh, figures.fiscal_year, figures.department_code,
        count(*) as row_count, null as effect, figures.unit, null as share_pct, figures.value, null as value_without
    from all_issues as issues
    inner join evaluation.figure_definitions as definitions
        on '|' || definitions.source_ledgers || '|' like '%|' || issues.ledger || '|%'
    inner join evaluation.figures as figures
        on definitions.figure_id = figures.figure_id
        and figures.fiscal_year + definitions.ledger_year_offset = issues.fiscal_year
        and figures.department_code = issues.department_code
        and figures.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
    where issues.check_id in ({literals(NOT_COUNTED)})
    group by all
    union all
    select issues.check_id, issues.state, figures.figure_id, figures.label_zh, figures.fiscal_year, figures.department_code,
        count(*) as row_count, null as effect, figures.unit, null as share_pct, figures.value, null as value_without
    from all_issues as issues
    inner join evaluation.figure_coverage as coverage
        on issues.ledger = coverage.ledger and issues.fiscal_year = coverage.fiscal_year
        and issues.department_code = coverage.department_code and coverage.is_lacking
        and list_contains(issues.keys, coverage.kind_zh) and list_contains(issues.keys, coverage.period)
    inner join evaluation.figures as figures
        on coverage.figure_id = figures.figure_id and coverage.fiscal_year = figures.fiscal_year
        and coverage.department_code = figures.department_code
    where issues.check_id = '{MISSING_PERIOD}'
    group by all
"""
OF_ISSUES = """
    select places.check_id, places.issue_no, evidence.figure_id, figures.label_zh, figures.unit, figures.fiscal_year,
        definitions.aggregation,
        cast(case definitions.aggregation when 'sum' then sum(evidence.measure) when 'count' then count(evidence.measure)
            else count(distinct evidence.fact_key) end as decimal(28, 2)) / definitions.units_per_figure_unit as amount,
        case when figures.value <> 0 then 100 * amount / figures.value end as share_pct
    from all_places as places
    inner join kept_issues using (check_id, issue_no)
    inner join evaluation.evidence as evidence
        on evidence.submission_id = places.submission_id and coalesce(evidence.sheet, '') = places.sheet
        and evidence.row_number = places.row_number
    inner join evaluation.figures as figures
        on evidence.figure_id = figures.figure_id and evidence.fiscal_year = figures.fiscal_year
        and evidence.department_code = figures.department_code
    inner join evaluation.figure_definitions as definitions
        on evidence.figure_id = definitions.figure_id
        and evidence.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
    group by places.check_id, places.issue_no, evidence.figure_id, figures.label_zh, figures.unit, figures.fiscal_year,
        definitions.aggregation, definitions.units_per_figure_unit, figures.value
"""
"""What each issue that is listed holds of each figure."""
