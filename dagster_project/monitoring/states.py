"""What is so after a night, by kind: what failed, what is open, what is late. Whether anybody was told is none of this module's business."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path

import duckdb

from dagster_project.bi_server.nights import bi_faults
from dagster_project.ingestion.owed import CALENDAR_FILE, Calendar, CalendarError, read_calendar
from dagster_project.ingestion.submissions import LOG_NAME, entries_in
from dagster_project.ingestion.unread import DropError
from dagster_project.ingestion.work_days import HOLIDAYS_FILE
from dagster_project.monitoring.freshness import reminders, silent_departments
from dagster_project.monitoring.night_end import NightEnd
from dagster_project.quality.open_findings import OWED, open_findings, owed_findings
from dagster_project.settings import Settings


class Kind(StrEnum):
    """A kind of state that somebody has to know of; the value stands in files."""

    FAILED = "failed"
    REFUSED = "refused"
    DEAD = "dead"
    STORAGE = "storage"
    BI = "bi"
    SILENT = "silent"
    SOON = "soon"
    LATE = "late"
    OPEN = "open"


TITLES_ZH = {
    Kind.FAILED: "夜间任务失败,没有发布",
    Kind.REFUSED: "夜间任务无法运行",
    Kind.DEAD: "夜间任务没有按时运行",
    Kind.STORAGE: "Dagster 的运行记录库连接不上",
    Kind.BI: "BI 数据库没有更新",
    Kind.SILENT: "有台账到期,却没有收到任何新文件",
    Kind.SOON: "台账即将到期,尚未报送",
    Kind.LATE: "台账逾期未报",
    Kind.OPEN: "有待处理事项",
}
RECOVERED_ZH = {
    Kind.FAILED: "夜间任务已恢复,已发布",
    Kind.REFUSED: "夜间任务已能运行",
    Kind.DEAD: "夜间任务已恢复按时运行",
    Kind.STORAGE: "Dagster 的运行记录库又能连接",
    Kind.BI: "BI 数据库已更新",
    Kind.SILENT: "又收到新文件",
    Kind.SOON: "即将到期的台账已报送或已过期限",
    Kind.LATE: "逾期的台账已补报",
    Kind.OPEN: "待处理事项已全部处理",
}
States = dict[Kind, tuple[str, ...]]
"""The items of each kind, one line each; no items: it is not so. A kind that is not there is not known."""


def states_after(settings: Settings, end: NightEnd, are_ledgers_known: bool = False) -> States:
    """Everything that is so after a night.

    Args:
        settings: where the log of submissions, the calendar and the warehouse are.
        end: how the night ended.
        are_ledgers_known: what is open and late was asked before, and `marker_of_ledgers` is the same; then it is left out.
    """
    states: States = {Kind.DEAD: (), Kind.REFUSED: end.reasons if end.outcome == "refused" else ()}
    if end.outcome != "refused":
        states[Kind.FAILED] = end.reasons if end.outcome == "failed" else ()
        states[Kind.BI] = bi_faults(settings)
    if are_ledgers_known:
        return states
    try:
        return states | _of_ledgers(settings, end.ended_at.date())
    except (CalendarError, DropError, duckdb.Error, OSError) as error:
        if end.reasons:  # which say why nothing can be read, as a rule
            return states
        return states | {Kind.FAILED: (f"待处理事项和逾期台账读不出:{error}",)}


def _of_ledgers(settings: Settings, today: dt.date) -> States:
    entries = entries_in(settings.landing_dir)
    calendar = read_calendar(settings.dbt_project_dir / "seeds")
    return {
        Kind.SILENT: tuple(silent_departments(calendar, entries, today)),
        Kind.SOON: tuple(reminders(calendar, entries, today)),
        Kind.LATE: tuple(each.text_zh for each in owed_findings(calendar, entries, today)),
        Kind.OPEN: tuple(_open(settings, calendar, today)),
    }


def marker_of_ledgers(settings: Settings, today: dt.date) -> str:
    """What open findings and late ledgers are read from, as it lies on disk, and the day: equal markers, equal findings."""
    log, seeds = settings.landing_dir / LOG_NAME, settings.dbt_project_dir / "seeds"
    # The log only grows; its time of change is that of whoever looked at it last.
    size = log.stat().st_size if log.is_file() else 0
    files = (settings.warehouse_path, seeds / CALENDAR_FILE, seeds / HOLIDAYS_FILE)
    return " ".join([str(today), str(size), *map(_stamp, files)])


def _stamp(path: Path) -> str:
    if not path.is_file():
        return "-"
    stat = path.stat()
    return f"{stat.st_size}:{stat.st_mtime_ns}"


def _open(settings: Settings, calendar: Calendar, today: dt.date) -> list[str]:
    """What somebody has to mend, with who: a line of `jixiao findings` and the owner of its ledger."""
    owners = {line.ledger: f"〔{line.ledger_zh},{line.owner}〕" for line in calendar.lines}
    return [owners.get(each.ledger, "") + each.text_zh for each in open_findings(settings, today) if each.kind != OWED]
