"""The scored year as the workbook and the evidence pack need it, read once from one published version: scores, figures, source files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.quality.issue_report import IssueReport, read_issues
from dagster_project.reporting.reading.passport import RATIOS
from dagster_project.reporting.reading.published import OF_THE_YEAR, Row, figures_of, rows_of
from dagster_project.reporting.reading.published_year import ranges
from dagster_project.reporting.reading.scorecard import FIGURE_COLUMNS, Scorecard, UnknownEvaluation, read_scorecard

SCHEME_SUBMISSION = "scheme"
"""The submission that evidence names where a figure counts rows of the scoring scheme itself."""
SCORED = f"scheme_id = $scheme and {OF_THE_YEAR}"
COMPONENTS = f"""
    select computed.*, rules.points_per_case, rules.over_points_share
    from evaluation.indicator_components as computed
    left join evaluation.scheme_components as rules using (scheme_id, indicator_no, component_no)
    where {SCORED}
    order by indicator_no, component_no
"""
SUBMISSIONS = """
    select * from quality.submissions
    where is_current and status = 'landed' and department_code = $department
    order by ledger, file, sheet, submission_id, log_no
"""


@dataclass(frozen=True)
class EvidenceFile:
    """A file that indicators rest on, with the number that documents call it by."""

    number: int
    ledger: str
    file: str
    sha256: str
    received_on: str
    rows_accepted: int
    submission_ids: tuple[str, ...]
    indicators: tuple[int, ...]

    @property
    def name(self) -> str:
        """How documents call it, such as 佐证007."""
        return f"佐证{self.number:03d}"


@dataclass(frozen=True)
class ScoredYear:
    """One department's evaluation of one year, and what each indicator rests on.

    ``rules``, ``statements`` and ``indicator_figures`` are by indicator number; ``components`` are the computed components with
    their rows of the scheme; ``figures`` holds values and definitions by figure id; ``submissions`` the current ones of the
    department; ``quality`` the issues of the year.
    """

    version: str
    version_dir: Path
    data_until: str
    scorecard: Scorecard
    rules: dict[int, Row]
    components: list[Row]
    scheme_components: list[Row]
    targets: list[Row]
    bands: list[Row]
    ratings: list[Row]
    figures: dict[str, Row]
    indicator_figures: dict[int, list[str]]
    statements: dict[int, Row]
    judgements: list[Row]
    submissions: list[Row]
    files: list[EvidenceFile]
    quality: IssueReport

    @property
    def fiscal_year(self) -> int:
        """The year that is evaluated."""
        return self.scorecard.fiscal_year

    @property
    def department_code(self) -> str:
        """The department that is evaluated."""
        return self.scorecard.department_code

    @property
    def key(self) -> dict[str, Any]:
        """The parameters that queries of the year take."""
        return {"year": self.fiscal_year, "department": self.department_code}

    def components_of(self, indicator_no: int) -> list[Row]:
        """The components of an indicator, in order."""
        return [row for row in self.components if row["indicator_no"] == indicator_no]

    def evidence_names(self, indicator_no: int) -> str:
        """The numbers of the files behind an indicator, such as 佐证003-014、佐证020."""
        numbers = [file.number for file in self.files if indicator_no in file.indicators]
        return "、".join(
            f"佐证{first:03d}" if first == last else f"佐证{first:03d}-{last:03d}" for first, last in ranges(numbers)
        )


def read_scored_year(
    version_dir: Path, version: str, fiscal_year: int, department_code: str, scheme_id: str | None = None
) -> ScoredYear:
    """Read the evaluation of a year from a published version.

    Raises:
        UnknownEvaluation: the version has no evaluation of the year, department and scheme, or is older than this program.
    """
    card = read_scorecard(version_dir, fiscal_year, department_code, scheme_id)
    key = {"year": fiscal_year, "department": department_code}
    scored = {**key, "scheme": card.scheme["scheme_id"]}
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:

        def of_scheme(table: str, order: str) -> list[Row]:
            query = f"select * from evaluation.{table} where scheme_id = $scheme order by {order}"
            return rows_of(connection, query, {"scheme": card.scheme["scheme_id"]})

        try:
            components = rows_of(connection, COMPONENTS, scored)
        except duckdb.CatalogException as error:
            raise UnknownEvaluation(f"该版本的表与本程序不符,请重新运行 jixiao nightly:{error}") from error
        by_id = figures_of(connection, fiscal_year, department_code)
        submissions = rows_of(connection, SUBMISSIONS, {"department": department_code})
        indicator_figures = {
            row["indicator_no"]: _figures_of(components, by_id, row["indicator_no"]) for row in card.indicators
        }
        counted = _submissions_with_evidence(connection, key)
        until = connection.execute("select max(received_at) from quality.submissions").fetchone()
        return ScoredYear(
            quality=read_issues(version_dir / DATABASE, fiscal_year, department_code),
            version=version,
            version_dir=version_dir,
            data_until=str(until[0])[:10] if until and until[0] else f"{fiscal_year}-12-31",
            scorecard=card,
            rules={row["indicator_no"]: row for row in of_scheme("indicator_rules", "indicator_no")},
            components=components,
            scheme_components=of_scheme("scheme_components", "indicator_no, component_no"),
            targets=rows_of(
                connection,
                f"select * from evaluation.approved_targets where {OF_THE_YEAR} order by indicator_no",
                key,
            ),
            bands=of_scheme("scheme_bands", "all"),
            ratings=of_scheme("scheme_ratings", "low desc"),
            figures=by_id,
            indicator_figures=indicator_figures,
            statements={
                row["indicator_no"]: row
                for row in rows_of(connection, f"select * from evaluation.quality_statements where {SCORED}", scored)
            },
            judgements=rows_of(
                connection,
                f"select * from marts.fct_manual_judgements where {SCORED} order by indicator_no, component_no",
                scored,
            ),
            submissions=submissions,
            files=_files(card, components, by_id, indicator_figures, submissions, counted),
        )


def _figures_of(components: Iterable[Row], figures: dict[str, Row], indicator_no: int) -> list[str]:
    """The figures an indicator is made of; of a ratio, also its two."""
    named: dict[str, None] = {}
    for row in components:
        if row["indicator_no"] != indicator_no:
            continue
        for column in FIGURE_COLUMNS:
            figure_id = row[column]
            if figure_id is None:
                continue
            named[figure_id] = None
            if figures[figure_id]["aggregation"] in RATIOS:
                named[figures[figure_id]["numerator_figure"]] = None
                named[figures[figure_id]["denominator_figure"]] = None
    return list(named)


def _submissions_with_evidence(connection: duckdb.DuckDBPyConnection, key: dict[str, Any]) -> dict[str, set[str]]:
    found = connection.execute(
        """
        select distinct figure_id, submission_id from evaluation.evidence
        where fiscal_year = $year and department_code = $department
        """,
        key,
    ).fetchall()
    counted: dict[str, set[str]] = {}
    for figure_id, submission_id in found:
        counted.setdefault(figure_id, set()).add(submission_id)
    return counted


def _files(
    card: Scorecard,
    components: list[Row],
    figures: dict[str, Row],
    indicator_figures: dict[int, list[str]],
    submissions: list[Row],
    counted: dict[str, set[str]],
) -> list[EvidenceFile]:
    """The files behind the indicators, numbered by ledger and name.

    A file counts for an indicator where its rows do, and also where nothing in it counts: that there was no complaint is proved
    by the register of complaints.
    """
    used: dict[str, set[int]] = {}
    for row in card.indicators:
        number = row["indicator_no"]
        names = {name for figure_id in indicator_figures[number] for name in counted.get(figure_id, ())}
        needed = {
            (ledger, card.fiscal_year + figures[figure_id]["ledger_year_offset"])
            for figure_id in indicator_figures[number]
            for ledger in (figures[figure_id]["source_ledgers"] or "").split("|")
        }
        if any(part["method"] == "manual" for part in components if part["indicator_no"] == number):
            needed.add(("manual_judgements", card.fiscal_year))
        names |= {s["submission_id"] for s in submissions if (s["ledger"], s["fiscal_year"]) in needed}
        for name in names:
            used.setdefault(name, set()).add(number)
    grouped: dict[tuple[str, str, str], list[Row]] = {}
    for submission in submissions:
        if submission["submission_id"] in used:
            grouped.setdefault((submission["ledger"], submission["file"], submission["sha256"]), []).append(submission)
    return [
        EvidenceFile(
            number=number,
            ledger=ledger,
            file=file,
            sha256=sha256,
            received_on=str(min(row["received_at"] for row in rows))[:10],
            rows_accepted=sum(row["rows_accepted"] for row in rows),
            submission_ids=tuple(sorted({row["submission_id"] for row in rows})),
            indicators=tuple(sorted(set().union(*(used[row["submission_id"]] for row in rows)))),
        )
        for number, ((ledger, file, sha256), rows) in enumerate(sorted(grouped.items()), start=1)
    ]
