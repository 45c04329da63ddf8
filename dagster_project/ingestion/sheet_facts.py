"""What every kind of workbook may say of its sheets besides the values that the cell reader gives, and the texts for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from dagster_project.ingestion.limits import in_force
from dagster_project.ingestion.rich_text import Strikes, struck
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import MOST_COLUMNS, SPREADSHEET_EPOCH, column_letter

NO_CACHED_VALUE = "#无缓存值!"
"""Stands for a formula whose result the file does not hold; no office types it."""
MOST_AREA = 5_000_000
SPARSE = 10
"""A sheet of more than ``MOST_AREA`` cells of which fewer than one in ten holds a value is refused: the reader fills the area."""
EPOCH_1904 = dt.date(1904, 1, 1)
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Error values as the binary formats number them."""

LEAST_FORMULAS, MOST_TYPED = 4, 0.2
"""A column is one of formulas from four of them on, with at most one typed number for five formulas."""
NOTE, BOX, PAGE = "批注", "文本框", "打印页眉页脚"
"""Where a text outside the cells may stand."""

Place = tuple[int, int]


@dataclass
class SheetFacts:
    """What a sheet holds besides the values that the cell reader gives; places are (row, column) from 0."""

    texts: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[Place, Place]] | None = None
    """None: the cell reader knows them."""
    doubtful: list[Place] = field(default_factory=list)
    """Formulas with the result that programs write where they know none."""
    has_results: bool = False
    """Whether any formula has another result."""
    typed_over: list[tuple[Place, int]] = field(default_factory=list)
    """Numbers among formulas of their column, each with how many formulas that has."""
    struck: list[Place] = field(default_factory=list)
    """Cells whose whole text is struck out."""
    partly_struck: list[Place] = field(default_factory=list)
    """Cells of whose text a part is struck out: what is read is that part and what replaced it in one."""
    struck_ranges: list[str] = field(default_factory=list)
    """Ranges of cells that a condition may strike out."""
    linked: list[Place] = field(default_factory=list)
    """Formulas that read another workbook."""
    text_numbers: dict[int, list[int]] = field(default_factory=dict)
    """By column the rows of texts that look like numbers, where the column holds numbers, too."""
    beside: list[tuple[str, str]] = field(default_factory=list)
    """Texts outside the cells, each behind the words for its place: notes, text boxes, the head and foot of the printed page."""
    unread: list[str] = field(default_factory=list)
    """What may say something and is not read: pictures, damaged notes."""
    extent: tuple[int, int] = (0, 0)
    """Rows and columns that the sheet says it has, with cells that hold a format alone."""

    def hide_columns(self, first: int, last: int) -> None:
        """Mark columns as hidden, the last one included."""
        self.hidden_columns.update(range(first, min(last + 1, MOST_COLUMNS)))

    def add_strikes(self, place: Place, strikes: Strikes, is_cell_struck: bool) -> None:
        """Keep a cell whose text is struck out, wholly or in part; ``is_cell_struck`` is what its format says."""
        if is_cell_struck or True in strikes:  # of hardly any cell, and every one is asked
            how = struck(strikes, is_cell_struck)
            if how != "no":
                (self.struck if how == "wholly" else self.partly_struck).append(place)

    def add_beside(self, where: str, text: str, place: Place | None = None) -> None:
        """Keep a text outside the cells; ``place`` is the cell that it is about."""
        if text.strip():
            cell = f"单元格 {column_letter(place[1])}{place[0] + 1} 的" if place else ""
            self.beside.append((cell + where, text.strip()))


@dataclass
class BookFacts:
    """What a workbook says besides its values; sheets by name, or by place in formats whose names have no one encoding."""

    sheets: Mapping[str | int, SheetFacts]
    serial_epoch: dt.date = SPREADSHEET_EPOCH
    macros: str = ""
    """The part that holds macros; empty where there are none."""
    link_count: int = 0
    """How many other workbooks it names."""
    saved_at: dt.datetime | None = None
    """When it was last saved, where it says so."""

    def of(self, name: str, place: int) -> SheetFacts:
        """The facts of one sheet."""
        return self.sheets.get(name) or self.sheets.get(place) or SheetFacts()

    def doubt_results(self) -> None:
        """Take the doubtful results for missing ones, unless any formula of the workbook has a result that a program computed."""
        if any(facts.has_results for facts in self.sheets.values()):
            return
        for facts in self.sheets.values():
            facts.texts.update(dict.fromkeys(facts.doubtful, NO_CACHED_VALUE))


def typed_over(formulas: dict[int, list[int]], numbers: dict[int, list[int]]) -> list[tuple[Place, int]]:
    """The numbers that stand among the formulas of a column and are few beside them, each with the count of these.

    Subtotals among typed rows are many numbers and few formulas; a number above the first formula or below the last may be a
    heading or a total.
    """
    found = []
    for column, rows in formulas.items():
        first, last = min(rows), max(rows)
        among = [row for row in numbers.get(column, ()) if first < row < last]
        if len(rows) >= LEAST_FORMULAS and 0 < len(among) <= len(rows) * MOST_TYPED:
            found += [((row, column), len(rows)) for row in among]
    return found


@contextmanager
def named(sheet: str) -> Iterator[None]:
    """Name the sheet in whatever refuses the workbook because of it."""
    try:
        yield
    except Refused as refused:
        refused.sheet = sheet
        raise


def refuse_many_sheets(count: int) -> None:
    """Refuse a workbook with more sheets than anybody leafs through.

    Raises:
        Refused: there are more than the limits allow.
    """
    if count > in_force().sheets:
        raise Refused("oversized_workbook", detail=f"有 {count:,} 个工作表")


def refuse_many_cells(count: int) -> None:
    """Refuse a sheet of more cells than can be held, as soon as they are counted.

    Raises:
        Refused: there are more than the limits allow.
    """
    if count > in_force().cells:
        raise Refused("oversized_workbook", detail=f"一张工作表有 {count:,} 个单元格以上")


def refuse_far_cell(rows: int, columns: int, count: int) -> None:
    """Refuse a sheet that is too big to lay out, and say whether one stray cell makes it so.

    Raises:
        Refused: the area up to the last cell is too big for what stands in it, or too big in any case.
    """
    if rows * columns > MOST_AREA and rows * columns > SPARSE * count:
        raise Refused("far_cell", value=f"{column_letter(columns - 1)}{rows}", detail=f" {count} 个单元格")
    if rows * columns > in_force().cells or columns > MOST_COLUMNS:
        raise Refused("oversized_workbook", detail=f"一张工作表有 {rows} 行 {columns} 列")
