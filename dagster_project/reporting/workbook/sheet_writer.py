"""Printable sheets: tables with heights that fit their texts, A4 landscape, repeated header rows, page numbers. Knows nothing of evaluations."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from dagster_project.reporting.chinese_text import full_width

Tables = dict[str, list[dict[str, Any]]]
"""The rows of a workbook's sheets, by name."""
FONT = "宋体"
A4 = 9
POINTS_PER_LINE = 1.4
"""Height of a line in sizes of its font."""
PIXELS_PER_WIDTH, POINTS_PER_PIXEL = 7, 0.75
ROOM_LEFT, LATIN_WIDTH = 0.95, 0.64
"""What cell margins leave of a column, and how wide a Latin letter of a wide font is against a Chinese one."""
PIECES = re.compile(
    r"[0-9A-Za-z.,%/_+-]+[\uff0c\u3001\uff1b\uff1a\u3002\uff09)]?|.[\uff0c\u3001\uff1b\uff1a\u3002\uff09)]?"
)
"""What is not broken: a word or a letter, with the sign behind it that may not begin a line."""
TALLEST_ROW = 405
NUMBER_FORMATS = {
    "text": "@",
    "raw": "@",
    "hash": "@",
    "money": "#,##0.00",
    "wan": "#,##0.00",
    "count": "#,##0",
    "points": "0.00",
    "percent": "0.00%",
    "date": "yyyy-mm-dd",
}
AS_IT_IS = ("raw", "hash")
CENTRED = ("count", "date", "centre")


@dataclass(frozen=True)
class Column:
    """A column of a table: which value of a row it shows, its heading, and of what kind it is.

    Kinds: text, raw (a name that is shown as it is), hash (the same, small), centre (text in the middle), count, money
    (yuan), wan (yuan shown in 万元), points, percent (of a hundred), date. ``total`` makes the total row add it up with a
    formula; ``total_of`` names two such columns whose quotient the total row shows.
    """

    key: str
    title: str
    kind: str = "text"
    total: bool = False
    total_of: tuple[str, str] | None = None
    span: int = 1


@dataclass
class Book:
    """A workbook and its formats."""

    workbook: xlsxwriter.Workbook
    _formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def format(self, **properties: Any) -> Format:
        """A format, made once for each set of properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": FONT, "font_size": 9, "valign": "vcenter", "text_wrap": True}
            self._formats[key] = self.workbook.add_format({**base, **properties})
        return self._formats[key]

    def cell(self, kind: str, **properties: Any) -> Format:
        """The format of a table cell of a kind."""
        place = "center" if kind in CENTRED else "left" if kind in AS_IT_IS or kind == "text" else "right"
        number = {"num_format": NUMBER_FORMATS[kind]} if kind in NUMBER_FORMATS else {}
        small = {"font_size": 7} if kind == "hash" else {"indent": 1} if kind in ("points", "percent") else {}
        return self.format(**{"border": 1, "align": place, **number, **small, **properties})


def new_workbook(path: Path, *, counts_from_1904: bool = False) -> xlsxwriter.Workbook:
    """A workbook to be written, in whose cells no text becomes a formula, a link or a number."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    options["date_1904"] = counts_from_1904
    return xlsxwriter.Workbook(str(path), options)


class Sheet:
    """A sheet that is written from top to bottom; all its tables share the widths of its columns."""

    def __init__(
        self, book: Book, name: str, widths: Sequence[float], footer: str, *, is_portrait: bool = False
    ) -> None:
        self.book = book
        self.widths = widths
        self.row = 0
        self.worksheet: Worksheet = book.workbook.add_worksheet(name)
        for number, width in enumerate(widths):
            self.worksheet.set_column(number, number, width, book.format())
        if is_portrait:
            self.worksheet.set_portrait()
        else:
            self.worksheet.set_landscape()
        self.worksheet.set_paper(A4)
        self.worksheet.fit_to_pages(1, 0)
        self.worksheet.set_margins(left=0.4, right=0.4, top=0.55, bottom=0.6)
        self.worksheet.center_horizontally()
        first = " " if footer[:1].isdigit() else ""  # else its digits would be taken for the size of the font
        self.worksheet.set_footer(f"&L&8{first}{footer.replace('&', '&&')}&C&8第 &P 页，共 &N 页")
        self.worksheet.hide_gridlines(2)

    @property
    def last(self) -> int:
        """The number of the last column."""
        return len(self.widths) - 1

    def heading(self, text: str, mark: str = "", lines: Sequence[str] = ()) -> None:
        """The title of the sheet, with a mark such as 附件1 above it and lines below."""
        if mark:
            self.line(mark, bold=True, font_size=10)
        self.line(text, bold=True, font_size=15, align="center")
        for entry in lines:
            self.line(entry, font_size=9)

    def line(self, text: str, **properties: Any) -> None:
        """A text across the whole width, as high as it needs."""
        text = full_width(text)
        self._merge(self.row, 0, self.row, self.last, text, self.book.format(**properties))
        self._height([(text, sum(self.widths), properties.get("font_size", 9))])
        self.row += 1

    def gap(self) -> None:
        """An empty row between two tables."""
        self.worksheet.set_row(self.row, 8)
        self.row += 1

    def head(self, columns: Sequence[Column], repeat: bool = True) -> None:
        """The header row of a table; as a rule every printed page begins with it."""
        look = self.book.format(border=1, align="center", bold=True, bg_color="#DDE6F0")
        self._cells([(full_width(column.title), look, column.span) for column in columns])
        if repeat:
            self.worksheet.repeat_rows(self.row)
            self.worksheet.freeze_panes(self.row + 1, 0)
        self.row += 1

    def table(
        self, columns: Sequence[Column], rows: Sequence[dict[str, Any]], total: str = "", repeat: bool = True
    ) -> None:
        """A table with its header row and, where ``total`` names one, a total row of formulas.

        Args:
            columns: its columns, whose spans fill the widths of the sheet from the left.
            rows: its rows, by key of column.
            total: the text in the first cell of the total row; without it there is none.
            repeat: whether its header row is printed on every page.
        """
        self.head(columns, repeat)
        first = self.row
        for row in rows:
            self._cells([(row.get(c.key), self.book.cell(c.kind), c.span, c.kind) for c in columns])
            self.row += 1
        if not rows:
            self._merge(self.row, 0, self.row, sum(c.span for c in columns) - 1, "无", self.book.cell("centre"))
            self.row += 1
        elif total:
            self._total_row(columns, rows, total, first)

    def _total_row(self, columns: Sequence[Column], rows: Sequence[dict[str, Any]], total: str, first: int) -> None:
        places = [sum(column.span for column in columns[:number]) for number in range(len(columns))]
        letters = {column.key: xl_col_to_name(place) for column, place in zip(columns, places, strict=True)}
        sums = {
            column.key: sum((as_number(row.get(column.key), column.kind) or Decimal(0) for row in rows), Decimal(0))
            for column in columns
            if column.total
        }
        for number, (column, place) in enumerate(zip(columns, places, strict=True)):
            look = self.book.cell(column.kind, bold=True)
            if column.span > 1:
                self._merge(self.row, place, self.row, place + column.span - 1, "", look)
            if number == 0:
                self.worksheet.write_string(self.row, place, total, self.book.cell("centre", bold=True))
            elif column.total:
                cells = f"{letters[column.key]}{first + 1}:{letters[column.key]}{self.row}"
                self.formula(self.row, place, f"=ROUND(SUM({cells}),6)", look, sums[column.key])
            elif column.total_of:
                top, bottom = column.total_of
                here = self.row + 1
                formula = f'=IF({letters[bottom]}{here}=0,"",ROUND({letters[top]}{here}/{letters[bottom]}{here},8))'
                share: Decimal | str = round(sums[top] / sums[bottom], 8) if sums[bottom] else ""
                self.formula(self.row, place, formula, look, share)
            else:
                self.worksheet.write_blank(self.row, place, None, look)
        self.row += 1

    def formula(self, row: int, column: int, formula: str, look: Format, value: Decimal | str) -> None:
        """A formula together with the value that it has, so that readers who do not calculate see it too."""
        self.worksheet.write_formula(row, column, formula, look, value if isinstance(value, str) else float(value))

    def cells(
        self, cells: Sequence[tuple[Any, Format] | tuple[Any, Format, int] | tuple[Any, Format, int, str]]
    ) -> None:
        """A row of cells: value, format, and perhaps how many columns it spans and its kind."""
        self._cells(cells)
        self.row += 1

    def _cells(self, cells: Sequence[tuple[Any, ...]]) -> None:
        place = 0
        needs: list[tuple[str, float, float]] = []
        for value, look, *more in cells:
            span = more[0] if more else 1
            kind = more[1] if len(more) > 1 else "text"
            width = sum(self.widths[place : place + span])
            shown = self._write(place, span, value, look, kind)
            needs.append((shown, width, look.font_size))
            place += span
        self._height(needs)

    def _write(self, place: int, span: int, value: Any, look: Format, kind: str) -> str:
        """Write one cell as what it is. A text is always written as a text, whatever it begins with."""
        if span > 1:
            self._merge(self.row, place, self.row, place + span - 1, "", look)
        if value is None or value == "":
            self.worksheet.write_blank(self.row, place, None, look)
            return ""
        number = as_number(value, kind)
        if number is not None:
            self.worksheet.write_number(self.row, place, float(number), look)
            return ""
        if isinstance(value, dt.date):
            self.worksheet.write_datetime(self.row, place, dt.datetime(value.year, value.month, value.day), look)
            return ""
        text = str(value) if kind in AS_IT_IS else full_width(str(value))
        self.worksheet.write_string(self.row, place, text, look)
        return text

    def _merge(self, row: int, column: int, last_row: int, last_column: int, text: str, look: Format) -> None:
        if (row, column) != (last_row, last_column):
            self.worksheet.merge_range(row, column, last_row, last_column, "", look)
        self.worksheet.write_string(row, column, text, look)

    def merge_down(self, column: int, first: int, last: int, text: str, look: Format) -> None:
        """One text beside several rows."""
        self._merge(first, column, last, column, full_width(text), look)

    def _height(self, needs: Sequence[tuple[str, float, float]]) -> None:
        """Set the height of the current row: spreadsheets do not fit merged or printed cells by themselves."""
        tallest = max(
            (line_count(text, width, size) * size * POINTS_PER_LINE for text, width, size in needs), default=0
        )
        self.worksheet.set_row(self.row, min(max(tallest + 3, 15), TALLEST_ROW))


def two_places(number: float | None) -> Decimal | None:
    """A number of a computation as a sheet holds it; None where there is none."""
    return None if number is None else Decimal(f"{number:.2f}")


def as_number(value: Any, kind: str) -> Decimal | None:
    """The number a cell of a kind holds: 万元 from yuan, a share from per cent; None where the value is no number."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    number = Decimal(value)
    return number / {"wan": 10_000, "percent": 100}.get(kind, 1)


def line_count(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a column; a Chinese letter is as wide as its font is high, others two thirds of that.

    Words of Latin letters and numbers stay whole where they fit, as spreadsheets break lines; an estimate that is rather one
    line too many than a cut one.
    """
    room = max(width * PIXELS_PER_WIDTH * POINTS_PER_PIXEL / size * ROOM_LEFT, 1)
    lines = 0
    for paragraph in text.split("\n"):
        lines += 1
        used = 0.0
        for piece in PIECES.findall(paragraph):
            wide = sum(_width_of(letter) for letter in piece)
            if used and used + wide > room:
                lines, used = lines + 1, 0.0
            if wide > room:
                broken = math.ceil(wide / room) - 1
                lines, wide = lines + broken, wide - broken * room
            used += wide
    return lines


def _width_of(letter: str) -> float:
    return 1.0 if unicodedata.east_asian_width(letter) in "WFA" else LATIN_WIDTH
