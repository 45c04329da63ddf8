"""Forty defects planted in workbooks are found at the cell where they stand, and in twenty clean workbooks nothing is found."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import xlsxwriter
from ledger_files import Office, column, contract_of

Parts = dict[str, bytes]
FILES = [{"pattern": "sample/*/*.xls*", "format": "workbook", "unit": "元"}]
COLUMNS = [
    column("no", "编号", required=True), column("name", "名称"), column("amount_yuan", "金额", "money"), column("rest_yuan", "余额", "money"),
    column("paid_on", "日期", "date"),
]  # fmt: skip
CONTRACT = contract_of(COLUMNS, files=FILES, supersede="append")
HEAD = ["编号", "名称", "金额", "余额", "日期"]
ROWS = 12
"""Rows 2 to 13; C holds typed amounts, D formulas."""


@dataclass(frozen=True)
class Book:
    """A workbook to plant a defect in: what is written otherwise than in a clean one, and what is changed in its parts."""

    fill: Callable[[Any, Any], object] = lambda book, sheet: None
    change: Callable[[Parts], object] = lambda parts: None
    options: tuple[tuple[str, Any], ...] = ()
    suffix: str = "xlsx"

    def written(self, number: int) -> bytes:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, dict(self.options)) as book:
            sheet = book.add_worksheet("表")
            sheet.write_row(0, 0, HEAD)
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for row in range(1, ROWS + 1):
                sheet.write_row(row, 0, [f"K{number:02d}{row:02d}", f"第{number}件", number * 100 + row])
                sheet.write_formula(row, 3, f"=C{row + 1}*2", None, (number * 100 + row) * 2)
                sheet.write_number(row, 4, 45000 + row, day)
            self.fill(book, sheet)
        parts = {}
        with zipfile.ZipFile(stream) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        self.change(parts)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return out.getvalue()


def typed(row: int) -> Book:
    return Book(lambda book, sheet: sheet.write_number(row - 1, 3, 9999))


def linked(row: int) -> Book:
    return Book(lambda book, sheet: sheet.write_formula(row - 1, 3, f"=[1]别表!C{row}", None, 7))


def unsaved(row: int) -> Book:
    cell = f'<c r="D{row}"><f>C{row}*2</f>'.encode()

    def change(parts: Parts) -> None:
        sheet = parts["xl/worksheets/sheet1.xml"]
        at = sheet.index(cell) + len(cell)
        parts["xl/worksheets/sheet1.xml"] = sheet[:at] + sheet[sheet.index(b"</c>", at) :]

    return Book(change=change)


def error(row: int) -> Book:
    return Book(lambda book, sheet: sheet.write_formula(row - 1, 3, "=1/0", None, "#DIV/0!"))


def hidden_row(row: int) -> Book:
    return Book(lambda book, sheet: sheet.set_row(row - 1, None, None, {"hidden": True}))


def filtered(row: int) -> Book:
    def fill(book: Any, sheet: Any) -> None:
        sheet.autofilter(0, 0, ROWS, 4)
        sheet.filter_column(0, "x == K")
        sheet.set_row(row - 1, None, None, {"hidden": True})

    return Book(fill)


def hidden_column(letter: str) -> Book:
    return Book(lambda book, sheet: sheet.set_column(f"{letter}:{letter}", None, None, {"hidden": True}))


def far_format(cell: str) -> Book:
    return Book(lambda book, sheet: sheet.write_blank(cell, None, book.add_format({"bold": True})))


def wrong_total(amount: int) -> Book:
    return Book(lambda book, sheet: sheet.write_row(ROWS + 1, 0, ["合计", None, amount]))


def merged(first: int, last: int) -> Book:
    return Book(lambda book, sheet: sheet.merge_range(first - 1, 2, last - 1, 2, 5))


def with_part(kind: str, target: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        parts[f"xl/{target}"] = b"<x/>"
        rels = "xl/_rels/workbook.xml.rels"
        link = f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
        parts[rels] = parts[rels].replace(b"</Relationships>", link.encode() + b"</Relationships>")

    return change


MACROS, LINK = with_part("vbaProject", "vbaProject.bin"), with_part("externalLink", "externalLinks/externalLink1.xml")
EPOCH = (("date_1904", True),)
Found = tuple[str, int | None, str | None]
"""Rule, row and column of a finding."""
PLANTED: list[tuple[Book, Found]] = [
    *((typed(row), ("typed_over_formula", row, "D")) for row in (3, 4, 5, 6, 7, 8, 9, 12)),
    *((linked(row), ("external_link", row, "D")) for row in (2, 5, 8, 11, 13)),
    (Book(change=LINK), ("external_link", None, None)),
    *((unsaved(row), ("formula_without_value", row, "D")) for row in (2, 6, 9, 13)),
    *((error(row), ("spreadsheet_error", row, "D")) for row in (2, 5, 10, 13)),
    *((hidden_row(row), ("hidden_rows", None, f"第 {row} 行")) for row in (3, 7, 13)),
    *((filtered(row), ("hidden_rows", None, f"第 {row} 行")) for row in (4, 10)),
    *((hidden_column(letter), ("hidden_columns", None, f"{letter}列")) for letter in "BD"),
    *((far_format(cell), ("ghost_range", 13, "E")) for cell in ("A5000", "E1048576", "XFD3")),
    *((wrong_total(amount), ("total_differs", 14, "C")) for amount in (1, 99999)),
    *((merged(*rows), ("merged_amount", rows[0] + 1, None)) for rows in ((3, 4), (10, 11))),
    (Book(change=MACROS), ("macros", None, None)), (Book(change=MACROS, suffix="xlsm"), ("macros", None, None)),
    (Book(options=EPOCH), ("dates_from_1904", None, None)), (Book(options=EPOCH, suffix="xlsm"), ("dates_from_1904", None, None)),
]  # fmt: skip


def plain(book: Any, sheet: Any) -> None:
    """Typed values alone."""
    for row in range(1, ROWS + 1):
        sheet.write_number(row, 3, row)


def subtotals(book: Any, sheet: Any) -> None:
    """Formulas in rows of sums alone."""
    plain(book, sheet)
    for row in (4, 8, 12):
        sheet.write_row(row, 0, ["小计", None])
        sheet.write_formula(row, 3, "=SUM(D2:D3)", None, sum(range(row - 3, row)))
        for place in (2, 4):
            sheet.write_blank(row, place, None, book.add_format())


def every_third(book: Any, sheet: Any) -> None:
    """One typed number for two formulas, throughout."""
    for row in range(2, ROWS + 1, 3):
        sheet.write_number(row, 3, row)


def typed_ends(book: Any, sheet: Any) -> None:
    """The first and the last row are no formulas: an opening balance and a closing one."""
    sheet.write_number(1, 3, 5)
    sheet.write_number(ROWS, 3, 5)


def a_format_further_down(book: Any, sheet: Any) -> None:
    """Formats that were filled down a little."""
    sheet.write_blank("A300", None, book.add_format({"bold": True}))


def other_sheet(book: Any, sheet: Any) -> None:
    """A formula that reads another sheet of the same workbook, and a word in brackets."""
    sheet.write_formula(3, 3, "=表!C4*2", None, 8)
    sheet.write_string(4, 1, "[1] 第二件")


CLEAN = [
    Book(fill)
    for fill in (
        lambda book, sheet: None,
        plain,
        subtotals,
        every_third,
        typed_ends,
        a_format_further_down,
        other_sheet,
    )
]
TWENTY = [CLEAN[number % len(CLEAN)] for number in range(20)]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What was found in each workbook; all are landed in one run."""
    office = Office(tmp_path_factory.mktemp("books"), {"sample": CONTRACT})
    books = {f"p{number:02d}": book for number, (book, _) in enumerate(PLANTED)}
    books |= {f"c{number:02d}": book for number, book in enumerate(TWENTY)}
    for place, (name, book) in enumerate(books.items(), start=1):
        office.hand_in(f"sample/2023/{name}.{book.suffix}", book.written(place))
    return {entry.file[12:15]: office.findings(entry) for entry in office.land().entries}


def test_forty_planted_defects_are_found_at_the_right_cell(landed: dict[str, list[dict[str, Any]]]) -> None:
    assert len(PLANTED) == 40
    missed = []
    for number, (_, (rule, row, where)) in enumerate(PLANTED):
        found = [each for each in landed[f"p{number:02d}"] if each["rule"] != "subtotal_row"]
        (told,) = found if len(found) == 1 else [{"rule": "", "row_number": None, "column_ref": None, "message_zh": ""}]
        place = told["column_ref"] if row and where else told["message_zh"]
        if (told["rule"], told["row_number"]) != (rule, row) or (where or "") not in (place or ""):
            missed.append((number, rule, row, where, [(each["rule"], each["message_zh"]) for each in found]))
    assert missed == []


def test_nothing_is_found_in_twenty_clean_workbooks(landed: dict[str, list[dict[str, Any]]]) -> None:
    clean = {f"c{number:02d}": landed[f"c{number:02d}"] for number in range(20)}
    noted = {name: [each["rule"] for each in found if each["rule"] != "subtotal_row"] for name, found in clean.items()}
    assert {name: rules for name, rules in noted.items() if rules} == {}
