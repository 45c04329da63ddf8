"""Which files a department owes by which day, and which of them are missing from the log. The calendar is data: seeds/submission_calendar.csv."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from dagster_project.ingestion.standing import in_force, mended_hand_ins
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.work_days import WorkDays, read_work_days

CALENDAR_FILE = "submission_calendar.csv"
OUTSIDE_THE_YEAR = "once"
PARTS = {
    "month": [f"-{month:02d}" for month in range(1, 13)],
    "quarter": ["Q1", "Q2", "Q3", "Q4"],
    "half": ["H1", "H2"],
    "year": [""],
    OUTSIDE_THE_YEAR: [""],
}
"""How the periods of a year end, by the kind of period, as received.csv writes them."""
COUNTED_ZH = {"month": "个月", "quarter": "个季度", "half": "个半年"}


class CalendarError(ValueError):
    """The calendar cannot be used; the message names the line and what to mend."""


class OwedFile(BaseModel):
    """One line of the calendar: a file that is owed for each period of its kind.

    ``department_code`` is empty for every department; a line of a department stands in place of the others of that ledger.
    ``owed_by``: ``all`` departments that hand in anything for a year, or the ``submitters`` that ever handed in this ledger.
    ``file_pattern`` tells several files of one period apart by their names; ``kind_zh`` is what people call such a file.
    ``remind_working_days`` before the due day reminders go out, the earliest first (``5;1``); ``stand_in`` is a unit or post, no person.
    ``periods`` are the only ones owed, such as ``Q3;Q4``; empty for all. The due day is so many working days after the
    period begins or ends. ``once`` is owed one time in all years from ``valid_from`` on. A file without rows is one that
    is owed still, unless ``may_be_empty``. ``must_reach_end`` asks for rows of its last month, as only the warehouse sees.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ledger: str = Field(min_length=1)
    ledger_zh: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    department_code: str
    owed_by: Literal["all", "submitters"]
    kind_zh: str
    file_pattern: str = Field(pattern=r"^[^\[\]]*$")
    period_kind: Literal["month", "quarter", "half", "year", "once"]
    periods: str
    due_from: Literal["start", "end"]
    due_working_days: int = Field(ge=0)
    remind_working_days: str = Field(pattern=r"^([1-9]\d?(;[1-9]\d?)*)?$")
    stand_in: str
    may_be_empty: bool
    must_reach_end: bool
    valid_from: int
    valid_to: int | None
    source: str = Field(min_length=1)
    confidence: str = Field(min_length=1)

    def holds_in(self, year: int) -> bool:
        """Whether the line is valid in a year."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)

    def periods_of(self, year: int) -> list[str]:
        """The periods of a year for which this file is owed."""
        if not self.holds_in(year):
            return []
        return [
            f"{year}{part}" for part in PARTS[self.period_kind] if not self.periods or part.strip("-") in self._only
        ]

    @property
    def who_zh(self) -> str:
        """Who hands it in, and who stands in."""
        return self.owner + (f"(代班:{self.stand_in})" if self.stand_in else "")

    @property
    def remind_days(self) -> tuple[int, ...]:
        """How many working days before the due day to remind, the earliest first."""
        return tuple(int(days) for days in self.remind_working_days.split(";") if days)

    @property
    def _only(self) -> list[str]:
        return self.periods.split(";")

    @model_validator(mode="after")
    def _periods_are_of_the_kind(self) -> OwedFile:
        known = {part.strip("-") for part in PARTS[self.period_kind]}
        if self.periods and not set(self._only) <= known:
            raise ValueError(f"periods of kind {self.period_kind} are {'; '.join(sorted(known))}")
        return self

    @field_validator("remind_working_days")
    @classmethod
    def _earliest_first(cls, said: str) -> str:
        if (days := [int(each) for each in said.split(";") if each]) != sorted(set(days), reverse=True):
            raise ValueError("reminders stand the earliest first, each once")
        return said

    def is_named_like(self, file: str) -> bool:
        """Whether a file of this ledger is this one of the several that are owed."""
        return not self.file_pattern or fnmatchcase(PurePosixPath(file).name, self.file_pattern)


@dataclass(frozen=True)
class Calendar:
    """What is owed, and which days are working days."""

    lines: tuple[OwedFile, ...]
    work_days: WorkDays

    def lines_for(self, ledger: str, department_code: str, year: int) -> list[OwedFile]:
        """The lines that hold for a department in a year: its own where it has some of that ledger, else those of everyone."""
        of_ledger = [line for line in self.lines if line.ledger == ledger and line.holds_in(year)]
        own = [line for line in of_ledger if line.department_code == department_code]
        return own or [line for line in of_ledger if not line.department_code]

    def due_on(self, line: OwedFile, period: str) -> dt.date:
        """The last day on which a file is in time."""
        begins, ends = _bounds(period)
        day = begins - dt.timedelta(days=1) if line.due_from == "start" else ends
        return self.work_days.after(day, line.due_working_days)

    def reminder_of(self, line: OwedFile, due_on: dt.date, today: dt.date) -> int:
        """The last reminder whose day has come, in working days before the due day; 0 where none has, or the day is over."""
        if today > due_on:
            return 0
        return min((days for days in line.remind_days if self.work_days.before(due_on, days) <= today), default=0)


@dataclass(frozen=True)
class MissingFile:
    """The periods of one year for which a department has not handed in a file that was due.

    ``refused`` are files of these periods that were handed in and taken in no part, ``empty`` those without a row where
    nothing is no answer; ``elsewhere`` other periods of the year
    under which such files lie, since a period may be written wrong; ``otherwise_named`` files of these periods whose names
    are those of no file that is owed.
    """

    department_code: str
    ledger: str
    kind_zh: str
    period_kind: str
    fiscal_year: int
    periods: tuple[str, ...]
    refused: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    otherwise_named: tuple[str, ...] = ()

    @property
    def text_zh(self) -> str:
        """One sentence for people, such as ``payments 2023 年缺 2 个月:03、07(部门 101001)``."""
        name = self.ledger + (f"({self.kind_zh})" if self.kind_zh else "")
        if self.period_kind in COUNTED_ZH:
            parts = "、".join(period[4:].lstrip("-") for period in self.periods)
            what = f" {self.fiscal_year} 年缺 {len(self.periods)} {COUNTED_ZH[self.period_kind]}:{parts}"
        else:
            what = f" {self.fiscal_year} 年的文件没有报送"
        told = f"{name}{what}(部门 {self.department_code})"
        if self.refused:
            told += f";已报送但被退回、不算在内:{'、'.join(self.refused)}"
        if self.empty:
            told += f";已报送但没有数据行:{'、'.join(self.empty)};确无事项的,在 {CALENDAR_FILE} 为该部门写一行 may_be_empty 并注明依据"
        if self.elsewhere:
            told += f";另有期间登记为 {'、'.join(self.elsewhere)} 的文件,请核对 received.csv 和文件名中的期间"
        if self.otherwise_named:
            told += f";这一期间另有名称对不上的文件 {'、'.join(self.otherwise_named)},若就是它,请改文件名,或改 {CALENDAR_FILE}"
        return told


def read_calendar(seeds_dir: Path) -> Calendar:
    """The calendar of a folder of seeds.

    Raises:
        CalendarError: a line cannot be used.
    """
    lines = []
    with (seeds_dir / CALENDAR_FILE).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            try:
                lines.append(OwedFile.model_validate({**row, "valid_to": row.get("valid_to") or None}))
            except ValidationError as error:
                column = ".".join(map(str, error.errors()[0]["loc"])) or "periods"
                value = row.get(column)
                raise CalendarError(
                    f"{CALENDAR_FILE} 第 {reader.line_num} 行,列 {column}:“{value}”不能用;该列的写法见数据字典,改正后重新运行"
                ) from error
    return Calendar(tuple(lines), read_work_days(seeds_dir))


def missing_files(calendar: Calendar, entries: Iterable[Submission], today: dt.date) -> list[MissingFile]:
    """What is due and not there, one item for each department, year, ledger and kind of file.

    Only years are looked at for which a department has handed in anything. A file that was refused, or all of whose rows
    were, is not there.

    Args:
        calendar: what is owed.
        entries: the log of submissions; those received after ``today`` are left out.
        today: a file that is due on this day is not missing yet.
    """
    seen = [
        entry
        for entry in mended_hand_ins(each for each in entries if each.holds_from[:10] <= today.isoformat())
        if entry.received_at[:10] <= today.isoformat()
    ]
    found = []
    for department in sorted({entry.department_code for entry in seen}):
        own = [entry for entry in seen if entry.department_code == department]
        for year in sorted({entry.fiscal_year for entry in own}):
            found += list(_missing_of_year(calendar, own, department, year, today))
    return found


def _missing_of_year(
    calendar: Calendar, entries: list[Submission], department: str, year: int, today: dt.date
) -> Iterator[MissingFile]:
    handed_in = {entry.ledger for entry in entries}
    for ledger in dict.fromkeys(line.ledger for line in calendar.lines):
        of_ledger = [entry for entry in entries if entry.ledger == ledger]
        lines = calendar.lines_for(ledger, department, year)
        unnamed = [e for e in of_ledger if _has_rows(e) and not any(line.is_named_like(e.file) for line in lines)]
        for line in lines:
            if line.owed_by != "all" and ledger not in handed_in:
                continue
            named = [entry for entry in of_ledger if line.is_named_like(entry.file)]
            there = periods_there(line, named)
            if line.period_kind == OUTSIDE_THE_YEAR and there:
                continue
            due = [period for period in line.periods_of(year) if calendar.due_on(line, period) < today]
            if missing := tuple(period for period in due if period not in there):
                yield _missing(line, department, year, missing, named, unnamed)


def _missing(
    line: OwedFile,
    department: str,
    year: int,
    periods: tuple[str, ...],
    named: list[Submission],
    unnamed: list[Submission],
) -> MissingFile:
    regular = set(line.periods_of(year))
    return MissingFile(
        department,
        line.ledger,
        line.kind_zh,
        line.period_kind,
        year,
        periods,
        refused=_sorted(e.file for e in named if e.period in periods and not _has_rows(e) and not _is_empty(e)),
        empty=_sorted(e.file for e in named if e.period in periods and _is_empty(e)),
        elsewhere=_sorted(
            e.period for e in named if e.fiscal_year == year and e.period not in regular and _has_rows(e)
        ),
        otherwise_named=_sorted(e.file for e in unnamed if e.period in periods),
    )


def _sorted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))


def periods_there(line: OwedFile, named: list[Submission]) -> set[str]:
    """The periods of which files of this kind count; of a ledger replaced as a whole only the last file of a period does."""
    counting = in_force(named)
    there = {entry.period for entry in counting if _has_rows(entry)}
    spoilt = {entry.period for entry in counting if entry.rows_rejected}
    empty = {entry.period for entry in counting if _is_empty(entry)}
    return there | (empty - spoilt if line.may_be_empty else set())


def _has_rows(entry: Submission) -> bool:
    return entry.status == "landed" and entry.rows_accepted > 0


def _is_empty(entry: Submission) -> bool:
    return entry.status == "landed" and not entry.rows_accepted and not entry.rows_rejected


def _bounds(period: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of ``2023``, ``2023H1``, ``2023Q4`` or ``2023-06``."""
    year, part = int(period[:4]), period[4:]
    length = {"": 12, "H": 6, "Q": 3, "-": 1}[part[:1]]
    first = (int(part[1:] or 1) - 1) * length + 1
    after = first + length
    return dt.date(year, first, 1), dt.date(year + (after - 1) // 12, (after - 1) % 12 + 1, 1) - dt.timedelta(days=1)
