"""What the portal reads of a version, once for the whole site and once for each year that is evaluated. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.contracts import Contract
from dagster_project.publishing import DATABASE, PublishedVersion
from dagster_project.publishing.differences import Differences
from dagster_project.publishing.listing import KeptVersion
from dagster_project.quality.issue_checks import HELD_BACK_FILE
from dagster_project.reporting.reading.published import OF_THE_YEAR, SUBMISSION_FILES, Row, rows_of, tells
from dagster_project.reporting.reading.scored_year import ScoredYear, read_scored_year

LISTED_YEARS = 12
"""More years than these are not listed at the head of every page, but on a page of their own."""
LOOKED_AT = 5
"""So many rows of a table are looked at for an example of each column."""
SHOWN_ROWS = 20
"""So many rows behind a figure are on its page; the page counts all and names the command that writes them."""
EVIDENCE = f"""
    with files as (
        select submission_id, file, row_number() over (order by file, submission_id) as file_no from {SUBMISSION_FILES}
    ),
    first_rows as (
        select figure_id, unnest(min(
            struct_pack(
                file_no := coalesce(files.file_no, 0), sheet := sheet, row_number := row_number, fact_key := fact_key, measure := measure
            ), {SHOWN_ROWS}
        )) as kept
        from evaluation.evidence left join files using (submission_id) where {OF_THE_YEAR} group by figure_id
    )
    select figure_id, coalesce(files.file, '评分方案') as file, kept.sheet, kept.row_number, kept.fact_key, kept.measure
    from first_rows left join files on kept.file_no = files.file_no order by figure_id, kept
"""
LEDGERS = f"""
    select evidence.figure_id, coalesce(files.ledger, '') as ledger, count(*) as row_count
    from evaluation.evidence as evidence left join {SUBMISSION_FILES} as files using (submission_id)
    where {OF_THE_YEAR} group by all order by 1, 2
"""
CLOCKS = f"select * from evaluation.clocks where {OF_THE_YEAR} order by figure_id, is_late desc, started_on, fact_key"
DUE = f"""
    select distinct coverage.ledger, coverage.ledger_zh, coverage.kind_zh,
        coverage.owner || coalesce('(代班:' || calendar.stand_in || ')', '') as owner, coverage.period, coverage.due_on, coverage.state,
        coverage.state_zh, coverage.is_lacking, coverage.file, coverage.remedy_zh, calendar.state as handed_in,
        cast(calendar.first_received_at as date) as received_on
    from evaluation.figure_coverage as coverage
    left join (
        select department_code, ledger, kind_zh, period, stand_in, state, first_received_at from marts.hand_in_calendar
    ) as calendar using (department_code, ledger, kind_zh, period)
    where {OF_THE_YEAR} order by coverage.ledger, coverage.kind_zh, coverage.period, coverage.file
"""
COMMENTS = """
    select schema_name, table_name, comment, column_name, data_type, column_comment from (
        select t.schema_name, t.table_name, t.comment, c.column_name, c.data_type, c.comment as column_comment, c.column_index
        from duckdb_tables() as t join duckdb_columns() as c using (schema_name, table_name)
        where t.schema_name in ('marts', 'evaluation', 'quality') and not c.internal
    ) order by schema_name, table_name, column_index
"""

CONFIRMATIONS = """
    select label, decision, shown, month, decided_on, reason, version from quality.figure_confirmations
    where department_code = $department and fiscal_year = $year and is_latest
    order by decision = '确认', month desc, label
"""
"""What the department said of figures of the year at the desk, disputes first; the last word of each month."""


@dataclass(frozen=True)
class Evaluation:
    """A year of a department that the site tells of, and the folder of its pages (empty: the root)."""

    fiscal_year: int
    department_code: str
    department_name: str
    prefix: str = ""

    @property
    def name(self) -> str:
        """How the menu calls it."""
        return f"{self.fiscal_year} 年度 {self.department_name}"


@dataclass(frozen=True)
class Document:
    """A document of a year: its name, size in bytes, hash, whether only the office reads it, and where it lies for who may open it."""

    name: str
    size: int
    sha256: str
    made_at: str
    is_internal: bool
    href: str = ""


@dataclass(frozen=True)
class Change:
    """What a version says otherwise than the one before it; None where that one is no longer there to be compared."""

    version: str
    before: str
    found: Differences | None


@dataclass(frozen=True)
class Site:
    """What all pages know: the version, the edition, contracts, dbt's nodes, and the versions before."""

    version: PublishedVersion
    version_dir: Path
    edition: str
    published_at: str
    evaluations: Sequence[Evaluation]
    contracts: Mapping[str, Contract]
    domains: Mapping[str, str]
    manifest: Mapping[str, Any]
    kept: Sequence[KeptVersion]
    changes: Sequence[Change]
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    held_back: Sequence[str] = ()
    data_docs: str = ""

    @property
    def is_public(self) -> bool:
        """Whether it is the edition for everybody."""
        return self.edition == "public"

    @property
    def has_many(self) -> bool:
        """Whether there are too many years to list them at the head of every page."""
        return len(self.evaluations) > LISTED_YEARS

    def beside(self, evaluation: Evaluation) -> Sequence[Evaluation]:
        """The years that the head of a page of a year lists: all, or where there are too many those of its department."""
        own = [each for each in self.evaluations if each.department_code == evaluation.department_code]
        return own if self.has_many else self.evaluations


@dataclass(frozen=True)
class PortalYear:
    """A year as the portal tells it: the scored year, the rows behind each figure, clocks, what was due, the tables of its pages."""

    evaluation: Evaluation
    year: ScoredYear
    evidence: Mapping[str, Sequence[Row]]
    ledgers: Mapping[str, Sequence[Row]]
    clocks: Mapping[str, Sequence[Row]]
    due: Sequence[Row]
    budget: Mapping[str, Sequence[Row]]
    work: Mapping[str, Sequence[Row]]
    documents: Sequence[Document] = ()
    withheld_before: frozenset[Any] = frozenset()
    confirmations: Sequence[Row] = ()

    def link(self, path: str) -> str:
        """A page of this year, below the folder of the site."""
        return self.evaluation.prefix + path


def read_portal_year(
    site: Site,
    evaluation: Evaluation,
    budget: Mapping[str, str],
    work: Mapping[str, str],
    documents: Sequence[Document],
    withheld_before: frozenset[Any],
) -> PortalYear:
    """Read a year.

    Args:
        site: with the version.
        evaluation: which year of which department.
        budget: the queries of the page on the budget, by name; they take ``$year`` and ``$department``.
        work: those of the page on the work of deputies.
        documents: of the year.
        withheld_before: the small cells of the public edition as it was written last.

    Raises:
        UnknownEvaluation: the version has no such evaluation.
    """
    year = read_scored_year(
        site.version_dir, site.version.version, evaluation.fiscal_year, evaluation.department_code, None
    )
    with duckdb.connect(str(site.version_dir / DATABASE), read_only=True) as connection:
        return PortalYear(
            evaluation,
            year,
            by(rows_of(connection, EVIDENCE, year.key), "figure_id"),
            by(rows_of(connection, LEDGERS, year.key), "figure_id"),
            by(rows_of(connection, CLOCKS, year.key), "figure_id"),
            rows_of(connection, DUE, year.key) if tells(connection, "evaluation.figure_coverage", "remedy_zh") else [],
            {name: rows_of(connection, query, _used(query, year.key)) for name, query in budget.items()},
            {name: rows_of(connection, query, year.key) for name, query in work.items()},
            documents,
            withheld_before,
            rows_of(connection, CONFIRMATIONS, year.key) if tells(connection, "quality.figure_confirmations") else [],
        )


def _used(query: str, key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if f"${name}" in query}


def departments_held_back(version_dir: Path) -> list[str]:
    """A line for each department whose error keeps its last good rows in a version, whichever department one looks at."""
    query = """
        select issues.department_code, any_value(departments.department_name) as department_name, count(*) as file_count
        from quality.issues as issues left join marts.dim_department as departments using (department_code)
        where issues.check_id = $check group by all order by all
    """
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        if not tells(connection, "quality.issues", "check_id"):
            return []
        held = rows_of(connection, query, {"check": HELD_BACK_FILE})
    return [
        f"暂缓发布:{row['department_code']} {row['department_name'] or ''} 新报的 {row['file_count']:,} 个文件没有通过发布前检查,"
        "该部门仍是上一次的数字,其他部门照常发布"
        for row in held
    ]


def evaluations_in(version_dir: Path) -> list[tuple[int, str, str]]:
    """The years that a version evaluates, with department and its name; the newest first."""
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        return connection.execute(
            """
            select distinct scorecard.fiscal_year, scorecard.department_code, departments.department_name
            from evaluation.scorecard as scorecard join marts.dim_department as departments using (department_code)
            where scorecard.level = 'total' and not scorecard.is_trial
            order by scorecard.fiscal_year desc, scorecard.department_code
            """
        ).fetchall()


def described_tables(version_dir: Path, with_examples: bool) -> dict[str, list[Row]]:
    """The columns of each published table by ``schema.table``, with what the version says of them and one example each."""
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        tables: dict[str, list[Row]] = {}
        for row in rows_of(connection, COMMENTS, []):
            tables.setdefault(f"{row['schema_name']}.{row['table_name']}", []).append(row)
        if with_examples:
            for name, columns in tables.items():
                first = connection.execute(f"select * from {name} limit {LOOKED_AT}").fetchall()
                for place, column in enumerate(columns):
                    column["example"] = next((row[place] for row in first if row[place] not in (None, "")), None)
    return tables


def by(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    """Rows by the value of a column."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found
