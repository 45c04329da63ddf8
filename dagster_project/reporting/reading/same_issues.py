"""Pairs of reports that may be of one issue, as a published version tells them; their texts come from the warehouse of the office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.published import Row, rows_of, tells

PAIRS, COUNTS = "marts.same_issues", "marts.issue_counts"
UNDECIDED = "待认定"
STATES = (UNDECIDED, "同一事项", "不是同一事项")
Report = tuple[str, str, str]
"""A report: its department, ledger and number."""
TEXTS = """
    select department_code, '联络站群众意见' as ledger, feedback_no as report_no, content as text
    from staging.stg_deputies__station_feedback
    union all
    select department_code, '代表随手拍', case_no, category || ' ' || district_code || ' ' || coalesce(host_unit, '')
    from staging.stg_deputies__snapshot_cases
    union all
    select department_code, '代表建议', suggestion_no, title from staging.stg_deputies__suggestions
"""


@dataclass(frozen=True)
class Pair:
    """Two reports, how likely they are of one issue (per cent; None where it was not found by comparison), why, and what was decided."""

    department_code: str
    ledger: str
    report_no: str
    other_ledger: str
    other_no: str
    reported_on: dt.date
    other_reported_on: dt.date
    score_pct: Decimal | None
    why_zh: str
    state: str

    @property
    def reports(self) -> tuple[Report, Report]:
        """The two reports."""
        return (
            (self.department_code, self.ledger, self.report_no),
            (self.department_code, self.other_ledger, self.other_no),
        )


def same_issues(version_dir: Path, year: int, department: str = "", state: str = "") -> tuple[list[Pair], list[Row]]:
    """The pairs of a year, the likeliest first, and the counts of reports and issues by ledger.

    Args:
        version_dir: the folder of a published version.
        year: of the later report of a pair.
        department: of this department only.
        state: of this state only.

    Raises:
        ValueError: the version was published before pairs were, or the state is none.
    """
    if state and state not in STATES:
        raise ValueError(f"没有“{state}”这种状态;请写 {'、'.join(STATES)} 之一")
    asked = {"year": year, "department": department}
    of_the_year = "fiscal_year = $year and $department in ('', department_code)"
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        if not tells(connection, PAIRS):
            raise ValueError("这个版本还没有同一事项的比对;请先运行一次 jixiao nightly")
        rows = rows_of(
            connection,
            f"""
            select department_code, ledger, report_no, other_ledger, other_no, reported_on, other_reported_on, score_pct, why_zh, state
            from {PAIRS} where {of_the_year} and $state in ('', state)
            order by department_code, score_pct desc nulls last, ledger, report_no, other_ledger, other_no
            """,
            {**asked, "state": state},
        )
        counts = rows_of(
            connection,
            f"select * from {COUNTS} where {of_the_year} order by department_code, ledger = '合计', ledger",
            asked,
        )
    return [Pair(**row) for row in rows], counts


def texts_of(warehouse: Path, reports: Iterable[Report]) -> dict[Report, str]:
    """What some reports say, from staging: for who decides, and for nobody else.

    Raises:
        ValueError: the warehouse is not there, or was built by an older release.
    """
    asked = sorted(set(reports))
    if not warehouse.is_file():
        raise ValueError("没有数据仓库(warehouse.duckdb),看不到原文;请先运行一次 jixiao nightly")
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            connection.execute("create temp table asked (department_code varchar, ledger varchar, report_no varchar)")
            if asked:
                connection.executemany("insert into asked values (?, ?, ?)", [list(each) for each in asked])
            rows = connection.execute(
                f"select t.* from ({TEXTS}) as t semi join asked using (department_code, ledger, report_no)"
            ).fetchall()
    except duckdb.Error as error:
        raise ValueError("数据仓库正在构建或不完整,看不到原文;请稍后再试") from error
    return {(department, ledger, number): text for department, ledger, number, text in rows}
