"""Whether what a figure needs of its year stands: the calendar of submissions held against the files of the drop."""

from __future__ import annotations

import csv
import functools
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from oracle.accepting import is_accepted
from oracle.cells import month, plain
from oracle.clock import Calendar
from oracle.drop import REMEMBERED, Drop, HandedIn, is_data, sheets_of

ROOT = Path(__file__).parents[2]
MONTH_HEADERS = {"staff_counts": ("统计月份", "月份"), "ledger_balances": ("会计期间", "期间")}
PERIODS = {
    "month": [f"-{number:02d}" for number in range(1, 13)],
    "quarter": ["Q1", "Q2", "Q3", "Q4"],
    "half": ["H1", "H2"],
    "year": [""],
}
LAST_MONTH = {"": 12, "H1": 6, "H2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}


@functools.cache
def _calendar() -> list[dict[str, str]]:
    with (ROOT / "dbt" / "seeds" / "submission_calendar.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@functools.cache
def replaces(ledger: str) -> bool:
    """Whether a later file of a period takes the place of the earlier one."""
    contract = (ROOT / "dagster_project" / "contracts" / f"{ledger}.yaml").read_text(encoding="utf-8")
    return bool(yaml.safe_load(contract)["supersede"] == "replace")


def data_lines(file: HandedIn) -> list[list[str]]:
    """The accepted lines of a file below its head, the first one with three different cells; without totals and blank ones."""
    return [line for lines in sheets_of(file.path) for line, accepted in _judged(lines, file.ledger) if accepted]


def is_wholly_rejected(file: HandedIn) -> bool:
    """Whether the file has rows, and none that is let in."""
    judged = [accepted for lines in sheets_of(file.path) for _, accepted in _judged(lines, file.ledger)]
    return bool(judged) and not any(judged)


def _judged(lines: list[list[str]], ledger: str) -> list[tuple[list[str], bool]]:
    key = (id(lines), ledger, ("data",), False)
    if key not in REMEMBERED:
        REMEMBERED[key] = _judged_lines(lines, ledger)
    return list(REMEMBERED[key])


def _judged_lines(lines: list[list[str]], ledger: str) -> list[tuple[list[str], bool]]:
    different = [{cell for cell in map(plain, line) if cell} for line in lines]
    heads = [place for place, cells in enumerate(different) if len(cells) >= 3]
    if not heads:
        return []
    head = [plain(cell) for cell in lines[heads[0]]]
    return [
        (line, is_accepted(ledger, dict(zip(head, line, strict=False))))
        for line, cells in zip(lines[heads[0] + 1 :], different[heads[0] + 1 :], strict=True)
        if len(cells) >= 3 and is_data(line, head)
    ]


def _reaches(file: HandedIn, ledger: str, year: int, last: int) -> bool:
    months = []
    for lines in sheets_of(file.path):
        for head, line in enumerate(lines):
            places = [place for place, cell in enumerate(line) if plain(cell) in MONTH_HEADERS[ledger]]
            if places:
                below = [row[places[0]] for row in lines[head + 1 :] if len(row) > places[0] and plain(row[places[0]])]
                months += [found for found in map(month, below) if found is not None]
                break
    return any((when.year, when.month) >= (year, last) for when in months)


def _of_period(line: dict[str, str], files: list[HandedIn], part: str, year: int) -> list[HandedIn]:
    of_period = [
        file
        for file in files
        if file.period == f"{year}{part}" and fnmatchcase(file.path.name, line["file_pattern"] or "*")
    ]
    return of_period[-1:] if replaces(line["ledger"]) else of_period


def _came_empty(line: dict[str, str], files: list[HandedIn], part: str, year: int) -> bool:
    of_period = _of_period(line, files, part, year)
    return bool(of_period) and not any(data_lines(file) for file in of_period)


def _stands(line: dict[str, str], files: list[HandedIn], part: str, year: int) -> bool:
    of_period = _of_period(line, files, part, year)
    if not of_period:
        return False
    if not any(data_lines(file) for file in of_period):
        return line["may_be_empty"] == "true" and not any(map(is_wholly_rejected, of_period))
    return line["must_reach_end"] != "true" or any(
        _reaches(file, line["ledger"], year, LAST_MONTH[part]) for file in of_period
    )


def _is_due(line: dict[str, str], part: str, year: int, built_for: date) -> bool:
    """Whether the last day on which the file may come has passed; once the year is over nothing may come any more."""
    if built_for > date(year, 12, 31):
        return True
    last = LAST_MONTH[part] if part in LAST_MONTH else int(part[1:])
    length = {"month": 1, "quarter": 3, "half": 6, "year": 12}[line["period_kind"]]
    start = date(year, last - length + 1, 1)
    end = date(year + last // 12, last % 12 + 1, 1)
    counted_from = (start if line["due_from"] == "start" else end) - timedelta(days=1)
    return _calendar_of_days().working_days_after(counted_from, int(line["due_working_days"])) < built_for


@functools.cache
def _calendar_of_days() -> Calendar:
    return Calendar(ROOT / "dbt" / "seeds")


def lacks(drop: Drop, ledger: str, year: int) -> bool:
    """Whether something of the year that is due, or came without rows, does not stand."""
    return any(not stands and (due or is_empty) for stands, due, is_empty in owed_parts(drop, ledger, year))


def is_whole(drop: Drop, ledger: str, year: int) -> bool:
    """Whether every file of the ledger that is owed for the year was handed in, with rows, and up to its last month."""
    return all(stands for stands, _, _ in owed_parts(drop, ledger, year))


def owed_parts(drop: Drop, ledger: str, year: int) -> list[tuple[bool, bool, bool]]:
    """Of each file that is owed: whether it stands, whether it is due, and whether one came of which nothing counts."""
    files = drop.files.get(ledger, [])
    lines = [
        line
        for line in _calendar()
        if line["ledger"] == ledger
        and line["department_code"] in ("", drop.department)
        and int(line["valid_from"]) <= year <= int(line["valid_to"] or 9999)
    ]
    own = [line for line in lines if line["department_code"]]
    return [
        (
            _stands(line, files, part, year),
            _is_due(line, part, year, drop.built_for),
            _came_empty(line, files, part, year),
        )
        for line in own or lines
        if line["owed_by"] == "all" or files
        for part in PERIODS[line["period_kind"]]
        if not line["periods"] or part in line["periods"].split(";")
    ]


def has_rows(drop: Drop, ledger: str, year: int) -> bool:
    """Whether any file in force of the ledger for the year has a row; one that another took the place of has none left."""
    files = [file for file in drop.files.get(ledger, []) if file.year == year]
    if replaces(ledger):
        files = list({file.period: file for file in files}.values())
    return any(data_lines(file) for file in files)
