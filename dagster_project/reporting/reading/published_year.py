"""Everything that the documents of one year may say, read once from one published version; nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.quality.issue_report import IssueReport, read_issues
from dagster_project.reporting.reading.passport import RATIOS, formula_text
from dagster_project.reporting.reading.published import OF_THE_YEAR, SUBMISSION_FILES, Row, figures_of, rows_of, tells
from dagster_project.reporting.reading.scorecard import Scorecard, read_scorecard


@dataclass(frozen=True)
class SourceFile:
    """Where rows behind a figure stand: ledger, file, sheet, how many rows, and which, as ranges of row numbers."""

    ledger: str
    file: str
    sheet: str
    row_count: int
    row_ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class PublishedYear:
    """One department's year in one published version.

    ``figures`` holds rows of evaluation.figures with their definitions, by figure id; ``parameters`` the parameters in
    force that year, by name; ``charts`` the rows of each
    chart; ``sources`` the rows behind each figure that is made from evidence; ``units`` the names of the organisational
    units that a figure counts; ``quality`` the issues of the year. ``findings`` are the findings that components count, with
    the figure that counts them; ``defined`` are the figures of any year; ``wordings``, ``businesses`` and ``measures`` the words in force that year.
    """

    version: str
    fiscal_year: int
    department_code: str
    department_name: str
    official_name: str
    data_until: str
    scorecard: Scorecard
    figures: dict[str, Row]
    parameters: dict[str, Row]
    components: list[Row]
    charts: dict[str, list[Row]]
    sources: dict[str, list[SourceFile]]
    units: dict[str, list[str]]
    findings: list[Row]
    wordings: list[Row]
    businesses: list[Row]
    measures: list[Row]
    quality: IssueReport = field(default_factory=IssueReport)
    defined: frozenset[str] = frozenset()

    def formula(self, figure_id: str) -> str:
        """The formula of a figure with its numbers in it."""
        return formula_text(self.figures[figure_id], self.figures)

    def parts(self, figure_id: str) -> list[str]:
        """The figures whose evidence stands behind a figure: itself, or the two of a ratio."""
        figure = self.figures[figure_id]
        if figure["aggregation"] in RATIOS:
            return [figure["numerator_figure"], figure["denominator_figure"]]
        return [figure_id]


SPENDING_OF_THE_YEAR = """
    select payments.cleared_on, payments.function_code, evidence.measure as amount_yuan
    from evaluation.evidence as evidence join marts.fct_payments as payments using (submission_id, sheet, row_number)
    where evidence.figure_id = 'spending.total' and evidence.fiscal_year = $year and evidence.department_code = $department
"""
CASES_OF_THE_YEAR = """
    select cases.submitted_at, cases.district_code
    from evaluation.evidence as evidence join marts.fct_snapshot_cases as cases using (submission_id, sheet, row_number)
    where evidence.figure_id = 'snapshots.cases' and evidence.fiscal_year = $year and evidence.department_code = $department
"""
CHARTS = {
    "spending_by_month": f"""
        select month, sum(coalesce(amount_yuan, 0)) as amount_yuan,
            any_value(progress.spending_progress_pct) as spending_progress_pct,
            any_value(progress.calendar_progress_pct) as calendar_progress_pct
        from (select unnest(range(1, 13)) as month)
        left join ({SPENDING_OF_THE_YEAR}) on extract(month from cleared_on) = month
        left join (select * from marts.budget_execution_by_month where {OF_THE_YEAR}) as progress on progress.month_no = month
        group by month order by month
    """,
    "spending_by_function": f"""
        select coalesce(codes.function_name, spending.function_code) as name, sum(amount_yuan) as amount_yuan
        from ({SPENDING_OF_THE_YEAR}) as spending
        left join marts.dim_function_code as codes
            on spending.function_code = codes.function_code
            and $year between codes.valid_from and coalesce(codes.valid_to, 9999)
        group by name order by amount_yuan desc, name
    """,
    "cases_by_month": f"""
        select month, count(submitted_at) as case_count
        from (select unnest(range(1, 13)) as month)
        left join ({CASES_OF_THE_YEAR}) on extract(month from submitted_at) = month
        group by month order by month
    """,
    "cases_by_district": f"""
        select coalesce(districts.district_name, '未注明') as name, count(*) as case_count
        from ({CASES_OF_THE_YEAR}) as cases left join marts.dim_district as districts using (district_code)
        group by name order by case_count desc, name
    """,
}
"""The rows of the charts, from the same evidence as the figures they belong to, so that they add up to them."""
FINDINGS = """
    select evidence.figure_id, findings.*
    from evaluation.evidence as evidence
    join marts.fct_finance_findings as findings using (submission_id, sheet, row_number)
    where evidence.fiscal_year = $year and evidence.department_code = $department
    order by evidence.figure_id, findings.found_on, findings.finding_no
"""
WORDS = "select * from evaluation.{table} where $year between valid_from and coalesce(valid_to, 9999) order by all"


def read_year(
    version_dir: Path, version: str, fiscal_year: int, department_code: str, scheme_id: str | None = None
) -> PublishedYear:
    """Read a year of a department from a published version.

    Raises:
        UnknownEvaluation: the version has no evaluation of the year, department and scheme.
    """
    scorecard = read_scorecard(version_dir, fiscal_year, department_code, scheme_id)
    key = {"year": fiscal_year, "department": department_code}
    quality = read_issues(version_dir / DATABASE, fiscal_year, department_code)
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        parameters = rows_of(
            connection,
            "select * from evaluation.parameters where $year between valid_from and coalesce(valid_to, 9999) order by all",
            {"year": fiscal_year},
        )
        components = rows_of(
            connection,
            """
            select * from evaluation.indicator_components
            where scheme_id = $scheme and fiscal_year = $year and department_code = $department
            order by indicator_no, component_no
            """,
            {**key, "scheme": scorecard.scheme["scheme_id"]},
        )
        until = connection.execute("select max(received_at) from quality.submissions").fetchone()
        words = {
            table: rows_of(connection, WORDS.format(table=table), {"year": fiscal_year})
            for table in ("deduction_wordings", "report_businesses", "report_measures")
        }
        return PublishedYear(
            version=version,
            fiscal_year=fiscal_year,
            department_code=department_code,
            department_name=scorecard.department_name,
            official_name=_official_name(connection, department_code) or scorecard.department_name,
            data_until=str(until[0])[:10] if until and until[0] else "",
            scorecard=scorecard,
            figures=figures_of(connection, fiscal_year, department_code),
            parameters={row["parameter"]: row for row in parameters},
            components=components,
            charts={name: rows_of(connection, query, key) for name, query in CHARTS.items()},
            sources=_sources(connection, key),
            units=_units(connection, key),
            findings=rows_of(connection, FINDINGS, key),
            wordings=words["deduction_wordings"],
            businesses=sorted(words["report_businesses"], key=lambda row: row["order_no"]),
            measures=words["report_measures"],
            quality=quality,
            defined=frozenset(
                row["figure_id"]
                for row in rows_of(connection, "select figure_id from evaluation.figure_definitions", {})
            ),
        )


def _sources(connection: duckdb.DuckDBPyConnection, key: dict[str, Any]) -> dict[str, list[SourceFile]]:
    found = connection.execute(
        f"""
        select
            evidence.figure_id, coalesce(files.ledger, '评分方案'), coalesce(files.file, 'dbt/seeds/schemes'),
            evidence.sheet, count(*), list(distinct evidence.row_number order by evidence.row_number)
        from evaluation.evidence as evidence
        left join {SUBMISSION_FILES} as files using (submission_id)
        where evidence.fiscal_year = $year and evidence.department_code = $department
        group by all
        order by 1, 3, 4
        """,
        key,
    ).fetchall()
    sources: dict[str, list[SourceFile]] = {}
    for figure_id, ledger, file, sheet, count, numbers in found:
        place = SourceFile(ledger, file, sheet or "", count, tuple(ranges(numbers)))
        sources.setdefault(figure_id, []).append(place)
    return sources


def _official_name(connection: duckdb.DuckDBPyConnection, department_code: str) -> str | None:
    found = connection.execute(
        "select official_name from marts.dim_department where department_code = ?", [department_code]
    ).fetchone()
    return found[0] if found else None


def _units(connection: duckdb.DuckDBPyConnection, key: dict[str, Any]) -> dict[str, list[str]]:
    # In versions of older releases the dimension by year has the short name.
    by_year = "marts.dim_org_unit_yearly"
    by_year = by_year if tells(connection, by_year) else "marts.dim_org_unit"
    found = connection.execute(
        f"""
        select evidence.figure_id, units.unit_name
        from evaluation.evidence as evidence join {by_year} as units using (submission_id, sheet, row_number)
        where evidence.fiscal_year = $year and evidence.department_code = $department
        order by evidence.figure_id, units.unit_code
        """,
        key,
    ).fetchall()
    units: dict[str, list[str]] = {}
    for figure_id, name in found:
        units.setdefault(figure_id, []).append(name)
    return units


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as ranges of neighbours: 3 4 5 9 gives (3, 5), (9, 9)."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
