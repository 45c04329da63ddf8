"""Open a workbook of any kind (xlsx, xlsm, xlsb, xls, ods): every sheet as texts, as the program that made it would show them."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dagster_project.ingestion.number_formats import SPREADSHEET_DIGITS
from dagster_project.ingestion.ole_stream import OleFile
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_facts import NO_CACHED_VALUE, BookFacts, Place, SheetFacts
from dagster_project.ingestion.workbook_facts import xlsx_facts
from dagster_project.ingestion.workbook_facts_ods import ods_facts
from dagster_project.ingestion.workbook_facts_xls import xls_facts
from dagster_project.ingestion.workbook_facts_xlsb import xlsb_facts
from dagster_project.ingestion.workbook_kind import HEAD_BYTES, kind_of, refuse_other_ole, zip_kind
from dagster_project.ingestion.workbook_parts import ZipParts
from dagster_project.ingestion.workbook_respelt import respelt
from dagster_project.ingestion.workbook_saved import saved_by_ole, saved_by_parts

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook, SheetMetadata

__all__ = ["NO_CACHED_VALUE", "Workbook", "WorkbookSheet", "cell_text", "open_workbook"]

FACTS = {"xlsx": xlsx_facts, "xlsm": xlsx_facts, "xlsb": xlsb_facts, "ods": ods_facts}

NUMBER_TEXT = re.compile(r"\s*[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s*")
MOST_LOOKED_AT = 500_000
"""Cells of a sheet that is looked at for numbers stored as text; a larger one is written by a program, and lies in memory once."""

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None
Visibility = Literal["visible", "hidden", "very hidden"]


@dataclass(frozen=True)
class WorkbookSheet:
    """One worksheet: every cell from A1 on as trimmed text, rows of equal width; places are (row, column) from 0."""

    name: str
    visibility: Visibility
    rows: Sequence[Sequence[str | None]]
    merged: Sequence[tuple[Place, Place]]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    facts: SheetFacts = field(default_factory=SheetFacts, compare=False)


@dataclass(frozen=True)
class Workbook:
    """The worksheets of a workbook in order, the names of its other sheets, and the day that serial 0 stands for.

    ``macros`` is the part that holds any, ``link_count`` how many other workbooks it names, ``saved_at`` when it was last saved, where it says so.
    """

    kind: str
    sheets: Sequence[WorkbookSheet]
    other_sheets: Sequence[str]
    serial_epoch: dt.date
    macros: str = ""
    link_count: int = 0
    saved_at: dt.datetime | None = field(default=None, compare=False)


def open_workbook(path: Path, is_spared: Callable[[str], bool] = lambda name: False) -> Workbook:
    """Read every sheet of a workbook, whatever its suffix says; one whose name ``is_spared`` says so comes without its rows.

    Raises:
        Refused: the file is no workbook, encrypted, damaged, or too big to lay out.
    """
    with path.open("rb") as stream:
        if kind_of(stream.read(HEAD_BYTES)) == "zip":
            parts = ZipParts(stream)
            kind = zip_kind(parts)
            facts = FACTS[kind](parts)
            facts.saved_at = saved_by_parts(parts)
        else:
            stream.seek(0)
            ole = OleFile(stream.read())
            refuse_other_ole(ole)
            kind, facts = "xls", xls_facts(ole)
            facts.saved_at = saved_by_ole(ole)
    return _read(path, kind, facts, is_spared)


def _read(path: Path, kind: str, facts: BookFacts, is_spared: Callable[[str], bool]) -> Workbook:
    try:
        # the cell reader believes the suffix of a path; content it looks at itself
        says = path.suffix.lower().removeprefix(".")
        is_honest = says == kind or {says, kind} == {"xlsx", "xlsm"}
        return _sheets(path if is_honest else io.BytesIO(path.read_bytes()), kind, facts, is_spared)
    except Refused as refused:
        if kind not in ("xlsx", "xlsm") or refused.rule != "damaged_workbook":
            raise
        with path.open("rb") as stream:
            return _sheets(respelt(ZipParts(stream)), kind, facts, is_spared)


def _sheets(source: Path | io.BytesIO, kind: str, facts: BookFacts, is_spared: Callable[[str], bool]) -> Workbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_object(source)
        about = book.sheets_metadata
        if facts.sheets.keys() - {each.name for each in about} - set(range(len(about))):
            raise Refused("damaged_workbook", detail="有的工作表无法读取")
        sheets = [
            _sheet(book, each, facts.of(each.name, place), is_spared(each.name))
            for place, each in enumerate(about)
            if each.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise Refused("encrypted_workbook") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("damaged_workbook", detail="内部结构有误,无法读取") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Refused("damaged_workbook", detail="内部结构有误,无法读取") from error
    others = [each.name for each in about if each.typ != SheetTypeEnum.WorkSheet]
    return Workbook(kind, sheets, others, facts.serial_epoch, facts.macros, facts.link_count, facts.saved_at)


def _sheet(book: CalamineWorkbook, about: SheetMetadata, known: SheetFacts, is_spared: bool) -> WorkbookSheet:
    if is_spared:
        return WorkbookSheet(about.name, _visibility(str(about.visible)), (), (), frozenset(), frozenset())
    sheet = book.get_sheet_by_name(about.name)
    # rows are counted from the first one of the sheet, columns from the first one with a value
    left: list[str | None] = [None] * (sheet.start[1] if sheet.start else 0)
    raw = list(sheet.iter_rows()) if sheet.height * sheet.width <= MOST_LOOKED_AT else sheet.iter_rows()
    if isinstance(raw, list):
        known.text_numbers = _text_numbers(raw, len(left))
    rows = [
        left + [(value.strip() or None) if type(value) is str else cell_text(value) for value in row] for row in raw
    ]
    _correct(rows, known.texts)
    merged = sheet.merged_cell_ranges or [] if known.merged is None else known.merged
    visibility = _visibility(str(about.visible))
    return WorkbookSheet(
        about.name, visibility, rows, merged, frozenset(known.hidden_rows), frozenset(known.hidden_columns), known
    )


def _text_numbers(raw: Sequence[Sequence[Value]], first: int) -> dict[int, list[int]]:
    """By column, of which ``first`` is the first one, the rows of texts that look like numbers and stand among numbers."""
    found: dict[int, list[int]] = {}
    for place, column in enumerate(zip(*raw, strict=True), start=first):
        kinds = set(map(type, column))
        if str in kinds and (float in kinds or int in kinds):
            rows = [n for n, value in enumerate(column) if type(value) is str and NUMBER_TEXT.fullmatch(value)]
            found |= {place: rows} if rows else {}
    return found


def _visibility(name: str) -> Visibility:
    if name.endswith("VeryHidden"):
        return "very hidden"
    return "hidden" if name.endswith("Hidden") else "visible"


def _correct(rows: list[list[str | None]], texts: dict[Place, str]) -> None:
    """Put what the cell reader does not give into its rows; such cells may stand beyond the last one that it knows."""
    if not texts:
        return
    height, width = max(row for row, _ in texts) + 1, max(column for _, column in texts) + 1
    width = max(width, len(rows[0]) if rows else 0)
    for cells in rows:
        cells += [None] * (width - len(cells))
    rows += [[None] * width for _ in range(height - len(rows))]
    for (row, column), text in texts.items():
        rows[row][column] = text


def cell_text(value: Value) -> str | None:
    """A cell as text: numbers with the fifteen digits a spreadsheet keeps, dates in ISO form, midnight left out."""
    if isinstance(value, float):
        text = f"{value:.{SPREADSHEET_DIGITS}g}"
        return f"{Decimal(text):f}" if "e-" in text else text
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)
