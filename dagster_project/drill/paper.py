"""A file of the drop as it lies there, in which single cells and rows can be changed while every other byte of them stays."""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.fingerprint import fingerprint
from dagster_project.ingestion.land_file import fitting_table
from dagster_project.ingestion.rules import Refused

Value = str | Decimal | dt.date | None
DATE_FORMS = re.compile(r"^(\d{4})(\D?)(\d{1,2})(\D?)(\d{1,2})(.*)$", re.DOTALL)
"""A day as it is written: year, month and day with what stands between and behind them; a time behind it stays."""


class Paper(ABC):
    """One table of a file. Rows are numbered as the product numbers them, from 1; columns have the names of the contract.

    ``places`` says where a column stands: its position from 0, or its key in a record. ``header_row`` is the row of the header,
    0 where there is none; ``unit`` the money unit in force.
    """

    def __init__(self, sheet: str, places: Mapping[str, int | str], header_row: int, unit: str | None):
        self.sheet, self.places, self.header_row, self.unit = sheet, dict(places), header_row, unit

    @abstractmethod
    def read(self, row: int, column: str) -> str:
        """A cell as a text; empty where nothing stands there."""

    @abstractmethod
    def write(self, row: int, column: str, value: Value) -> None:
        """Put a value where another stood, in the way of the other: a number as a number, a day in the same form."""

    @abstractmethod
    def remove(self, rows: Collection[int]) -> None:
        """Take rows out; those below move up."""

    @abstractmethod
    def repeat(self, row: int, below: int) -> int:
        """Put a copy of a row below another; returns its number."""

    @property
    @abstractmethod
    def last_row(self) -> int:
        """The number of the last row."""

    @abstractmethod
    def content(self) -> bytes:
        """The whole file as it is now."""


class LinesPaper(Paper):
    """A table whose rows are lines of a text; ``lines`` are these with what ends them."""

    lines: list[str]
    line_end = "\n"

    def remove(self, rows: Collection[int]) -> None:
        """Take lines out."""
        gone = set(rows)
        self.lines = [line for number, line in enumerate(self.lines, start=1) if number not in gone]

    def repeat(self, row: int, below: int) -> int:
        """Copy a line."""
        if not self.lines[below - 1].endswith(("\n", "\r")):
            self.lines[below - 1] += self.line_end
        self.lines.insert(below, self.lines[row - 1])
        return below + 1

    @property
    def last_row(self) -> int:
        """The number of the last line."""
        return len(self.lines)


class GridPaper(Paper):
    """A table whose cells have a position, with a header above them."""

    @abstractmethod
    def cell(self, row: int, position: int) -> str:
        """A cell by its position, also of the rows that are no data."""

    @abstractmethod
    def put(self, row: int, position: int, text: str) -> None:
        """Put a text where another cell stood."""

    @abstractmethod
    def shift(self, row: int, column: str, text: str) -> None:
        """Put one more cell before that of a column; the rest of the row moves to the right."""

    def read(self, row: int, column: str) -> str:
        """A cell as a text."""
        return self.cell(row, self._position(column))

    def _position(self, column: str) -> int:
        place = self.places[column]
        assert isinstance(place, int)
        return place


def in_the_form_of(old: str, value: Value) -> str:
    """A value as a text, a day in the form that the old text has."""
    if isinstance(value, dt.date):
        found = DATE_FORMS.match(old)
        if not found:
            return value.isoformat()
        _, first, month, second, _, rest = found.groups()
        width = 2 if not first or month.startswith("0") or (len(month) == 2 and value.month >= 10) else 1
        if first and len(month) == 2 and not month.startswith("0"):
            width = 1 if re.search(r"\D\d(\D|$)", old) else 2
        return f"{value.year}{first}{value.month:0{width}d}{second}{value.day:0{width}d}{rest}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value or ""


def open_paper(
    path: Path, contract: Contract, layouts: tuple[FileLayout, ...], elsewhere: tuple[str, ...] = ()
) -> Paper | None:
    """Open a file by the layout that fits it; None where it is no plain table: a form, a matrix, one JSON document, an old workbook."""
    from dagster_project.drill.paper_records import RecordsPaper
    from dagster_project.drill.paper_text import TextPaper
    from dagster_project.drill.paper_workbook import WorkbookPaper

    seen = fingerprint(path)
    try:
        layout, table = fitting_table(path, contract, layouts, seen, elsewhere)
    except Refused:
        return None
    part = table.places[0]
    if not layout.is_plain and (layout.form or layout.matrix or layout.tables != "one" or len(table.places) != 1):
        return None
    unit = part.header.unit
    if layout.format == "jsonl":
        return None if layout.records else RecordsPaper(path, part.header.texts, unit)
    places = {name: place for name, place in part.header.positions.items() if place < part.header.width}
    if layout.format == "csv":
        return TextPaper(path, places, part.header.rows, unit, layout.delimiter, seen.encoding)
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return None
    return WorkbookPaper(path, part.sheet, places, part.header.rows, unit)
