"""What a department reads of the published version and the calendar: what is due, how it handed in, its figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.ingestion.owed import read_calendar
from dagster_project.ingestion.sql import named_rows
from dagster_project.ingestion.submissions import entries_in
from dagster_project.monitoring.freshness import Freshness, freshness
from dagster_project.publishing import DATABASE, PublishError, current_version
from dagster_project.settings import Settings

YIELD = """
    with hand_ins as (
        select ledger, period, fiscal_year, file, answers, received_at, log_no,
            status = 'landed' and rows_rejected = 0 as is_clean,
            row_number() over (partition by file order by received_at, log_no) as nth
        from quality.submissions
        where department_code = $department and status in ('landed', 'refused', 'held', 'held_back')
    ),
    firsts as (select * from hand_ins where nth = 1 and answers is null),
    mended as (
        select firsts.fiscal_year, firsts.file, firsts.is_clean, firsts.received_at, min(later.received_at) as clean_at
        from firsts
        left join hand_ins as later
            on later.ledger = firsts.ledger and later.period = firsts.period and later.is_clean
            and (later.received_at, later.log_no) > (firsts.received_at, firsts.log_no)
        group by all
    )
    select fiscal_year, count(*) as files, count(*) filter (where is_clean) as first_pass,
        round(100.0 * count(*) filter (where is_clean) / count(*), 1) as yield_pct,
        median(date_diff('day', received_at, clean_at)) filter (where not is_clean) as days_to_mend,
        count(*) filter (where not is_clean and clean_at is null) as open_files
    from mended group by fiscal_year order by fiscal_year desc
"""
"""By year of the period: files as they were first handed in (no answers), how many passed at once, the median of the days until the
others did (a later file of the same ledger and period, or an answer, without a rejected row), and how many wait."""
FIGURES = """
    select figure_id, label_zh, display_text from evaluation.figures
    where department_code = $department and fiscal_year = $year and value is not null
    order by figure_id
"""
DECISIONS = """
    select figure_id, decision, decided_on, shown from quality.figure_confirmations
    where department_code = $department and fiscal_year = $year and month = $month and is_latest
"""
NOTHING_SAID = {"decision": "", "decided_on": None, "shown": ""}
YEARS = "select distinct fiscal_year from evaluation.figures where department_code = $department order by 1 desc"


@dataclass(frozen=True)
class Due:
    """One line of the calendar for a department: the file that is next, by when, and how it stands (late, soon, later, done)."""

    name: str
    ledger: str
    period: str
    latest: str
    due_on: dt.date | None
    state: str
    state_zh: str
    who_zh: str


@dataclass(frozen=True)
class FigurePage:
    """The figures of a year as a version has them, with the department's decisions of this month."""

    version: str
    year: int
    years: tuple[int, ...]
    month: str
    figures: tuple[dict[str, Any], ...]


def due_files(settings: Settings, department: str, today: dt.date) -> list[Due]:
    """What is late, due and done of a department, the most pressing first.

    Raises:
        CalendarError: the calendar cannot be used.
    """
    calendar = read_calendar(settings.dbt_project_dir / "seeds")
    own = [each for each in entries_in(settings.landing_dir) if each.department_code == department]
    found = [_due(each, calendar.reminder_of(each.line, each.due_on, today) if each.due_on else 0, today)
             for each in freshness(calendar, own, today)]  # fmt: skip
    order = {"late": 0, "soon": 1, "later": 2, "done": 3}
    return sorted(found, key=lambda each: (order[each.state], each.due_on or dt.date.max, each.name))


def _due(each: Freshness, reminder: int, today: dt.date) -> Due:
    name = each.line.ledger_zh + (f"({each.line.kind_zh})" if each.line.kind_zh else "")
    state = "done" if not each.expected else "late" if each.is_late else "soon" if reminder else "later"
    words = {"late": f"逾期 {(today - each.due_on).days} 天" if each.due_on else "逾期", "soon": "即将到期"}
    return Due(name, each.line.ledger, each.expected, each.latest, each.due_on, state, words.get(state, each.state_zh),
               each.line.who_zh)  # fmt: skip


class Published:
    """The current version, held open; a newer one is opened when it is there."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._version = ""
        self._connection: duckdb.DuckDBPyConnection | None = None

    def hand_in_quality(self, department: str) -> list[dict[str, Any]]:
        """First-pass yield and days to mend by year, as ``YIELD`` says; none where nothing was published."""
        return self._rows(YIELD, department=department)

    def figures(self, department: str, today: dt.date, year: int = 0) -> FigurePage | None:
        """The figures of a year, the last one where none is asked for; None where the version has none of the department."""
        years = tuple(row["fiscal_year"] for row in self._rows(YEARS, department=department))
        if not years or (year and year not in years):
            return None
        month, year = today.replace(day=1), year or years[0]
        said = {row["figure_id"]: row for row in self._rows(DECISIONS, department=department, year=year, month=month)}
        figures = self._rows(FIGURES, department=department, year=year)
        rows = tuple(figure | said.get(figure["figure_id"], NOTHING_SAID) for figure in figures)
        return FigurePage(self._version, year, years, month.strftime("%Y-%m"), rows)

    def _rows(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        try:
            version = current_version(self.settings.serving_dir)
        except PublishError:
            return []
        if self._connection is None or version.version != self._version:
            if self._connection is not None:
                self._connection.close()
            self._connection = _opened(version.path / DATABASE)
            self._version = version.version
        used = {name: value for name, value in parameters.items() if f"${name}" in query}
        with self._connection.cursor() as cursor:
            try:
                return [_plain(row) for row in named_rows(cursor.execute(query, used))]
            except (
                duckdb.CatalogException
            ):  # a version of before there was such a table, or one that was rolled back to
                return []


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute("set threads = 1; set memory_limit = '256MB'")
    return connection


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}
