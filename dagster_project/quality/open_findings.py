"""What is open now, in one list: files that were not taken, rows that were not loaded, doubts, files that are due, issues of checks.

Read from the landing zone and the warehouse, not from what is published: a night that published nothing tells its findings too.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.ingestion.answered import answered_rows
from dagster_project.ingestion.owed import Calendar, missing_files, read_calendar
from dagster_project.ingestion.sql import literals, named_rows
from dagster_project.ingestion.standing import in_force, without_taken_back
from dagster_project.ingestion.submissions import Submission, entries_in
from dagster_project.ingestion.zone import FINDINGS_DIR
from dagster_project.quality.issue_checks import DOUBTS, MISSING_PERIOD, NOT_LOADED
from dagster_project.quality.issue_texts import without_place
from dagster_project.quality.rule_catalogue import door_rule_id
from dagster_project.quality.severity_changes import lowered
from dagster_project.settings import Settings

REFUSED, HELD, REJECTED, DOUBT, OWED, ISSUE = "退回文件", "待确认文件", "退回的行", "载入提醒", "缺报", "疑点"
KINDS = (REFUSED, HELD, REJECTED, DOUBT, OWED, ISSUE)
TOLD_FROM_LANDING = (*NOT_LOADED, *DOUBTS, MISSING_PERIOD)
"""Checks of the warehouse that tell what the landing zone and the calendar of submissions tell here."""


@dataclass(frozen=True)
class OpenFinding:
    """One thing that somebody has to mend, confirm, hand in or accept.

    ``since`` is the day on which the file landed or was due; None for issues of checks, which hold of the warehouse as it is.
    ``message_zh`` quotes no personal data.
    """

    kind: str
    department_code: str
    ledger: str
    file: str
    sheet: str
    row: int | None
    column: str
    message_zh: str
    remedy_zh: str
    since: dt.date | None

    @property
    def text_zh(self) -> str:
        """One line: whose, where, what, what to do, since when."""
        sheet = f" 工作表“{self.sheet}”" if self.sheet else ""
        place = f"{self.file}{sheet}" + (f" 第 {self.row} 行" if self.row else "")
        whose = f"部门 {self.department_code}" if self.department_code else ""
        what = ":".join(filter(None, (" ".join(filter(None, (whose, place))), self.message_zh)))
        since = f"(自 {self.since})" if self.since else ""
        return f"{what}。{self.remedy_zh}{since}" if self.remedy_zh else f"{what}{since}"


def open_findings(settings: Settings, today: dt.date) -> list[OpenFinding]:
    """Everything that is open, by kind, department, ledger, file and row.

    Args:
        settings: where the landing zone, the calendar and the warehouse are.
        today: what was due before this day is late (Asia/Shanghai).

    Raises:
        CalendarError: a line of the calendar of submissions cannot be used.
    """
    entries = entries_in(settings.landing_dir)
    seeds = settings.dbt_project_dir / "seeds"
    found = [
        *_of_files(settings.landing_dir, entries, lowered(seeds, today)),
        *owed_findings(read_calendar(seeds), entries, today),
        *_issues(settings.warehouse_path),
    ]
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(
        found, key=lambda f: (order[f.kind], f.department_code, f.ledger, f.file, f.sheet, f.row or 0, f.message_zh)
    )


def _of_files(
    landing_dir: Path, entries: Sequence[Submission], notes: Collection[tuple[str, str]]
) -> Iterator[OpenFinding]:
    """Refused and held files as they lie now, and what is told of rows and files that count.

    ``notes`` are the rules, with departments, whose warnings were lowered.
    """
    last = {(entry.ledger, entry.file): entry for entry in without_taken_back(entries)}
    unread = [entry for entry in last.values() if entry.status in ("refused", "held")]
    counting = {entry.submission_id: entry for entry in in_force(entries)}
    told = _told(landing_dir, [*counting, *(entry.submission_id for entry in unread)])
    for entry in unread:
        kind = REFUSED if entry.status == "refused" else HELD
        remedies = dict.fromkeys(each["remedy_zh"] for each in told if each["submission_id"] == entry.submission_id)
        yield OpenFinding(
            kind,
            entry.department_code,
            entry.ledger,
            entry.file,
            "",
            None,
            "",
            without_place(entry.reason, entry.file),
            ";".join(filter(None, remedies)) if kind == REFUSED else "核对后在 received.csv 确认,或重新报送",
            _day(entry.landed_at),
        )
    answered = answered_rows(landing_dir, counting.values())
    for each in told:
        counted = counting.get(each["submission_id"])
        row = each["row_number"]
        rule_id = door_rule_id(each["ledger"], each["column_name"], each["rule"])
        if each["severity"] == "warning" and (rule_id, each["department_code"]) in notes:
            continue
        if counted is not None and (row is None or answered.is_open(counted, each["sheet"] or "", row)):
            yield OpenFinding(
                REJECTED if each["severity"] == "error" else DOUBT,
                counted.department_code,
                counted.ledger,
                counted.file,
                each["sheet"] or "",
                each["row_number"],
                each["header"] or "",
                without_place(each["public_message_zh"], counted.file, each["sheet"] or ""),
                each["remedy_zh"],
                _day(counted.landed_at),
            )


def _told(landing_dir: Path, submissions: Sequence[str]) -> list[dict[str, Any]]:
    """The findings of submissions that ask somebody to look."""
    paths = [str(landing_dir / FINDINGS_DIR / f"{identity}.parquet") for identity in dict.fromkeys(submissions)]
    paths = [path for path in paths if Path(path).is_file()]
    if not paths:
        return []
    with duckdb.connect() as connection:
        return named_rows(
            connection.execute(
                f"""
                select submission_id, ledger, department_code, column_name, rule, sheet, row_number, header, severity, public_message_zh, remedy_zh
                from read_parquet([{literals(paths)}]) where severity in ('error', 'warning')
                """
            )
        )


def owed_findings(calendar: Calendar, entries: Sequence[Submission], today: dt.date) -> Iterator[OpenFinding]:
    """The files that are due and not there, each with who owes it and since when it is late."""
    for missing in missing_files(calendar, entries, today):
        lines = calendar.lines_for(missing.ledger, missing.department_code, missing.fiscal_year)
        line = next(each for each in lines if each.kind_zh == missing.kind_zh)
        yield OpenFinding(
            OWED,
            missing.department_code,
            missing.ledger,
            "",
            "",
            None,
            "",
            missing.text_zh,
            f"请{line.who_zh}补报",
            min(calendar.due_on(line, period) for period in missing.periods),
        )


def _issues(warehouse: Path) -> Iterator[OpenFinding]:
    """Open issues of the checks that were made last, whether or not anything was published."""
    if not warehouse.is_file():
        return
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows: list[tuple[Any, ...]] = []
        with contextlib.suppress(duckdb.CatalogException):  # a warehouse that was never checked
            rows = connection.execute(
                f"""
                select coalesce(issues.department_code, ''), coalesce(issues.ledger, ''), coalesce(issues.file, ''),
                    coalesce(issues.sheet, ''), issues.row_number,
                    concat_ws(':', checks.rule_zh, nullif(concat_ws(',', issues.key_text, issues.value_zh), '')),
                    coalesce(issues.remedy_zh, '')
                from quality.issues as issues inner join quality.checks as checks using (check_id)
                where issues.state = 'open' and issues.check_id not in ({literals(TOLD_FROM_LANDING)})
                """
            ).fetchall()
    for department, ledger, file, sheet, row, message, remedy in rows:
        yield OpenFinding(ISSUE, department, ledger, file, sheet, row, "", message, remedy, None)


def _day(moment: str) -> dt.date:
    return dt.date.fromisoformat(moment[:10])
