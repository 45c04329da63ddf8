"""How far each ledger reaches, and by when its next file is due: by its own cadence, which the calendar of submissions says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dagster_project.ingestion.owed import OUTSIDE_THE_YEAR, Calendar, OwedFile, periods_there
from dagster_project.ingestion.standing import mended_hand_ins
from dagster_project.ingestion.submissions import Submission

CADENCES_ZH = {"month": "每月", "quarter": "每季", "half": "每半年", "year": "每年", OUTSIDE_THE_YEAR: "一次"}


@dataclass(frozen=True)
class Freshness:
    """One line of the calendar for one department: the last period that is there, and the first that is not.

    ``latest`` is empty where nothing of it ever came, ``expected`` and ``due_on`` where nothing more is owed. ``is_begun``:
    the department has handed in something for the year of ``expected``; before that nothing of a year is late by ledger
    (`silent_departments` tells of a year that does not begin).
    """

    department_code: str
    line: OwedFile
    latest: str
    expected: str
    due_on: dt.date | None
    is_begun: bool
    is_late: bool

    @property
    def year(self) -> int:
        """The year of the file that is next, or of the last one."""
        return int((self.expected or self.latest)[:4])

    @property
    def state_zh(self) -> str:
        """In a word or two."""
        if not self.expected:
            return "已报齐"
        if self.is_late:
            return "逾期"
        return "未到期" if self.is_begun else "该年度尚未开始报送"

    @property
    def text_zh(self) -> str:
        """One line: whose, which, how far, what is next by when."""
        name = self.line.ledger_zh + (f"({self.line.kind_zh})" if self.line.kind_zh else "")
        next_zh = f",下一期 {self.expected},最迟 {self.due_on}" if self.expected else ""
        cadence = CADENCES_ZH[self.line.period_kind]
        return f"部门 {self.department_code} {name}:{cadence},已到 {self.latest or '(无)'}{next_zh},{self.state_zh}"


def freshness(calendar: Calendar, entries: Sequence[Submission], today: dt.date) -> list[Freshness]:
    """How fresh every ledger is, by department and line of the calendar.

    Args:
        calendar: of submissions.
        entries: of their log.
        today: the day in Asia/Shanghai; a file that is due on it is not late yet.
    """
    found = []
    for department, own in _by_department(entries):
        years = sorted({entry.fiscal_year for entry in own})
        for line in dict.fromkeys(_lines(calendar, own, department, [*years, years[-1] + 1])):
            there = _there(line, own)
            missing = _missing(calendar, line, department, there, [*years, years[-1] + 1])
            expected = next(missing, "")
            due_on = calendar.due_on(line, expected) if expected else None
            is_begun = not expected or int(expected[:4]) in years
            latest = max(there, key=lambda period: (calendar.due_on(line, period), period), default="")
            is_late = due_on is not None and is_begun and due_on < today
            found.append(Freshness(department, line, latest, expected, due_on, is_begun, is_late))
    return found


def reminders(calendar: Calendar, entries: Sequence[Submission], today: dt.date) -> Iterator[str]:
    """The files of which a reminder day has come and that are not there yet, one line each: whose, what, by when, who.

    The line says which of the reminders it is and nothing of the days that are left, so that each reminder is told once.

    Args:
        calendar: of submissions.
        entries: of their log.
        today: the day in Asia/Shanghai.
    """
    for each in freshness(calendar, entries, today):
        if each.due_on is None or not each.is_begun:
            continue
        if days := calendar.reminder_of(each.line, each.due_on, today):
            name = each.line.ledger_zh + (f"({each.line.kind_zh})" if each.line.kind_zh else "")
            yield (
                f"部门 {each.department_code} {name} {each.expected} 应于 {each.due_on} 前报送(提前 {days} 个工作日提醒),"
                f"请{each.line.who_zh}报送"
            )


def silent_departments(calendar: Calendar, entries: Sequence[Submission], today: dt.date) -> Iterator[str]:
    """The departments from which nothing at all came since files of theirs became due, whatever year these are of.

    One file that is missing is late; that none came points at the drop itself, such as a share that is not connected.
    """
    for department, own in _by_department(entries):
        since = max(dt.date.fromisoformat(entry.landed_at[:10]) for entry in own)
        years = range(since.year - 1, today.year + 1)
        due = [
            (calendar.due_on(line, period), line.ledger_zh, period)
            for line in dict.fromkeys(_lines(calendar, own, department, years))
            for period in _missing(calendar, line, department, _there(line, own), years)
        ]
        passed = sorted(each for each in due if since < each[0] < today)
        if passed:
            due_on, ledger, period = passed[0]
            yield (
                f"部门 {department} 自 {since} 以来没有收到任何新文件,{ledger} {period} 已于 {due_on} 到期;"
                "请核对原始数据文件夹是否连通、文件是否放对位置,并请各处室补报(jixiao owed --all)"
            )


def _by_department(entries: Iterable[Submission]) -> Iterator[tuple[str, list[Submission]]]:
    entries = mended_hand_ins(entries)
    for department in sorted({entry.department_code for entry in entries}):
        yield department, [entry for entry in entries if entry.department_code == department]


def _lines(calendar: Calendar, own: list[Submission], department: str, years: Iterable[int]) -> Iterator[OwedFile]:
    """The lines that hold for a department in any of these years."""
    handed_in = {entry.ledger for entry in own}
    ledgers = dict.fromkeys(line.ledger for line in calendar.lines)
    for ledger in ledgers:
        for year in years:
            for line in calendar.lines_for(ledger, department, year):
                if line.owed_by == "all" or ledger in handed_in:
                    yield line


def _there(line: OwedFile, own: list[Submission]) -> set[str]:
    return periods_there(line, [e for e in own if e.ledger == line.ledger and line.is_named_like(e.file)])


def _missing(
    calendar: Calendar, line: OwedFile, department: str, there: set[str], years: Iterable[int]
) -> Iterator[str]:
    """The periods that are owed and not there, in order."""
    if line.period_kind == OUTSIDE_THE_YEAR and there:
        return
    for year in years:
        if line in calendar.lines_for(line.ledger, department, year):
            yield from (period for period in line.periods_of(year) if period not in there)
