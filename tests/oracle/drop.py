"""The drop folder: which files are in force, and their tables as rows of text."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from oracle.accepting import is_accepted, usual_unit
from oracle.cells import plain, words
from oracle.spreadsheets import Workbook

DEPARTMENT = "101001"
_READ: dict[str, list[list[list[str]]]] = {}  # by content: offices share most of their files
TOTALS = ("合计", "小计", "总计")


def moment(text: str) -> datetime:
    """A moment as somebody writes it, in Beijing's time."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return datetime.combine(date.fromisoformat(text), time.max)
    found = datetime.fromisoformat(text)
    return found.astimezone(timezone(timedelta(hours=8))).replace(tzinfo=None) if found.tzinfo else found


@dataclass(frozen=True)
class HandedIn:
    """One file of the drop, as received.csv tells."""

    path: Path
    ledger: str
    period: str
    received: str

    @property
    def year(self) -> int:
        return int(self.period[:4])


@dataclass
class Table:
    """One table of a file: its unit of money and its rows by header text."""

    file: HandedIn
    unit: str
    rows: list[dict[str, str]]
    labels: dict[str, str] = field(default_factory=dict)


def pick(row: dict[str, str], headers: Iterable[str]) -> str | None:
    """The cell under whichever of the header texts the file uses."""
    for header in headers:
        if header in row:
            return words(row[header])
    return None


def _lines_of_text(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return list(csv.reader(io.StringIO(text)))


def _read(path: Path) -> list[list[list[str]]]:
    if path.suffix == ".csv":
        return [_lines_of_text(path.read_bytes())]
    book = Workbook(path)
    return [book.rows(sheet) for sheet in book.sheets]


def sheets_of(path: Path) -> list[list[list[str]]]:
    """The lines of every sheet of a file."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest not in _READ:
        _READ[digest] = _read(path)
    return _READ[digest]


def is_data(line: list[str], header: list[str]) -> bool:
    """Whether a line below a header is a row: no total, no header printed again, not nearly empty."""
    filled = [cell for cell in map(plain, line) if cell]
    if len(filled) < 2 or (filled[0] == header[0] and [plain(cell) for cell in line] == header):
        return False
    return re.sub(r"\s", "", filled[0]) not in TOTALS


def head_of(lines: list[list[str]], anchors: list[str]) -> int | None:
    """The line that holds every anchor (`A|B`: either), the lowest one of the head of a table."""
    heads = [
        place
        for place, line in enumerate(lines[:15])
        if all(any(plain(cell) in anchor.split("|") for cell in line) for anchor in anchors)
    ]
    return heads[-1] if heads else None


REMEMBERED: dict[tuple[int, str, tuple[str, ...], bool], Any] = {}
"""What was made of the lines of a sheet, as long as they stay in memory."""


@contextmanager
def short_memory() -> Iterator[None]:
    """Forget afterwards what was read meanwhile: files of one office among many."""
    known, made = set(_READ), set(REMEMBERED)
    yield
    for digest in set(_READ) - known:
        del _READ[digest]
    for key in set(REMEMBERED) - made:
        del REMEMBERED[key]


def _table(lines: list[list[str]], anchors: list[str], file: HandedIn, merged: bool) -> Table | None:
    """The table of a sheet; the lines of a sheet stay in memory, and so does what was made of them."""
    key = (id(lines), file.ledger, tuple(anchors), merged)
    if key not in REMEMBERED:
        REMEMBERED[key] = _unit_and_rows(lines, anchors, file.ledger, merged)
    found: tuple[str, list[dict[str, str]]] | None = REMEMBERED[key]
    return None if found is None else Table(file, *found)


def _unit_and_rows(
    lines: list[list[str]], anchors: list[str], ledger: str, merged: bool
) -> tuple[str, list[dict[str, str]]] | None:
    """The table below the last line that holds every anchor ; what stands above it is title, unit and upper header."""
    head = head_of(lines, anchors)
    if head is None:
        return None
    header = [plain(cell) for cell in lines[head]]
    unit = usual_unit(ledger)
    for line in lines[:head]:
        for cell in line:
            found = re.search(r"单位:(万元|元)", plain(cell))
            if found:
                unit = found[1]
    upper = [plain(cell) for cell in lines[head - 1]] if merged else []
    rows = []
    for line in lines[head + 1 :]:
        if not is_data(line, header):
            continue
        row = {name: cell for name, cell in zip(header, line, strict=False) if name}
        if merged:
            for place, cell in enumerate(line[: len(header)]):
                row[f"{upper[place]}|{header[place]}"] = cell
        if merged or is_accepted(ledger, row):
            rows.append(row)
    return unit, rows


class Drop:
    """A drop folder, as one department filled it up to a moment; files that the door holds count for nothing.

    as_of: a bare day is the whole of it; a time is Beijing's unless it has an offset. Empty: everything.
    """

    def __init__(
        self, raw: Path, department: str = DEPARTMENT, as_of: str = "", held: Collection[str] = frozenset()
    ) -> None:
        self.raw, self.department = raw, department
        self.files: dict[str, list[HandedIn]] = {}
        until = moment(as_of) if as_of else None
        days = []
        with (raw / "received.csv").open(encoding="utf-8-sig") as lines:
            for entry in csv.DictReader(lines):
                received = moment(entry["received_at"])
                if not (raw / entry["file"]).exists() or (until is not None and received > until):
                    continue
                days.append(received.date())
                if entry["department"] == department and entry["file"] not in held:
                    ledger = entry["file"].split("/")[0]
                    file = HandedIn(raw / entry["file"], ledger, entry["period"], entry["received_at"])
                    self.files.setdefault(ledger, []).append(file)
        self.built_for = until.date() if until is not None else max(days, default=date.min)
        for files in self.files.values():
            files.sort(key=lambda file: (file.received, str(file.path)))

    def is_there(self, ledger: str, year: int) -> bool:
        """Whether anything of the ledger was handed in for the year."""
        return any(file.year == year for file in self.files.get(ledger, []))

    def tables(self, ledger: str, anchors: list[str], *, merged: bool = False) -> Iterator[Table]:
        """The tables of all files of a ledger, oldest first."""
        for file in self.files.get(ledger, []):
            for lines in sheets_of(file.path):
                table = _table(lines, anchors, file, merged)
                if table is not None:
                    yield table

    def forms(self, ledger: str, labels: list[str], anchors: list[str]) -> Iterator[Table]:
        """The sheets of forms: the table below, and the values beside the labels above it."""
        for file in self.files.get(ledger, []):
            for lines in sheets_of(file.path):
                table = _table(lines, anchors, file, merged=False)
                if table is None:
                    continue
                for line in lines:
                    cells = [plain(cell).rstrip(":") for cell in line]
                    for place, cell in enumerate(cells):
                        if cell in labels and cell not in table.labels:
                            beside = [value for value in cells[place + 1 :] if value != cell]
                            table.labels[cell] = beside[0] if beside else ""
                yield table

    def replaced(self, tables: Iterable[Table]) -> list[Table]:
        """Only the last file of each period: later files replace earlier ones."""
        tables = list(tables)
        last = {table.file.period: table.file.path for table in tables}
        return [table for table in tables if last[table.file.period] == table.file.path]
