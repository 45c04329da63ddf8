"""What a workbook carries besides its values and somebody should know of: formulas typed over, links, macros, dates from 1904, ghost ranges."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from dagster_project.contracts import NUMBER_TYPES, Contract
from dagster_project.ingestion.sheet_facts import EPOCH_1904, PAGE, Place
from dagster_project.ingestion.text_table import Header, Note, cell_address, cell_addresses, column_letter, some_places
from dagster_project.ingestion.units import units_in
from dagster_project.ingestion.workbook import Workbook, WorkbookSheet

MOST_CELLS = 20
"""So many cells of a kind are told of a sheet; who looks at them sees the others."""
GHOST_ROWS, GHOST_COLUMNS = 1000, 100
"""A format that was filled down by hand reaches a few rows further; a ghost range reaches to the end of the sheet."""


def workbook_notes(
    book: Workbook, read: Collection[str], tables: Sequence[tuple[str, Header]], contract: Contract
) -> Iterator[Note]:
    """What is odd of a workbook and of the sheets that are read.

    Args:
        book: as opened.
        read: the names of the sheets whose rows count.
        tables: the sheet and the header of each plain table in them.
        contract: of the ledger.
    """
    if book.macros:
        yield Note("macros", value=book.macros.rpartition("/")[2])
    if book.serial_epoch == EPOCH_1904:
        yield Note("dates_from_1904")
    sheets = [sheet for sheet in book.sheets if sheet.name in read]
    if book.link_count and not any(sheet.facts.linked for sheet in sheets):
        yield Note("external_link", value="工作簿中有名称或图表")
    for sheet in sheets:
        yield from _of_sheet(sheet)
        if sheet.facts.unread and any(column.type == "money" for column in contract.columns):
            yield Note("unread_beside", value="、".join(dict.fromkeys(sheet.facts.unread)), sheet=sheet.name)
    yield from _text_numbers(book, tables, contract)


def texts_beside(book: Workbook, read: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """The texts outside the cells of the sheets that are read: sheet, the words for the place, and the text."""
    for sheet in book.sheets:
        if sheet.name in read:
            for where, text in sheet.facts.beside:
                yield sheet.name, where, text


def _text_numbers(book: Workbook, tables: Sequence[tuple[str, Header]], contract: Contract) -> Iterator[Note]:
    """The numbers of each table that are stored as text beside others that are stored as numbers, by column."""
    facts = {sheet.name: sheet.facts for sheet in book.sheets}
    for name, header in tables:
        for column in contract.columns:
            place = header.positions.get(column.name, -1)
            rejected = facts[name].partly_struck
            texts = facts[name].text_numbers.get(place, ())
            rows = [row for row in texts if row >= header.rows and (row, place) not in rejected]
            if column.type in NUMBER_TYPES and rows:
                cells = cell_addresses([(row, place) for row in rows])
                yield Note(
                    "text_numbers", value=f"{len(rows):,}", detail=cells, sheet=name, row=rows[0] + 1,
                    header=header.texts[column.name], column_ref=f"{column_letter(place)}列",
                )  # fmt: skip


def _of_sheet(sheet: WorkbookSheet) -> Iterator[Note]:
    for (row, column), count in sheet.facts.typed_over[:MOST_CELLS]:
        yield _at("typed_over_formula", sheet, (row, column), cell_address((row, column)), str(count))
    for place in sheet.facts.linked[:MOST_CELLS]:
        yield _at("external_link", sheet, place, f"单元格 {cell_address(place)} 的公式")
    if struck := sorted(sheet.facts.struck):
        yield _at("struck_out", sheet, struck[0], f"{len(struck):,}", cell_addresses(struck))
    if ranges := sheet.facts.struck_ranges:
        yield Note("struck_by_condition", value=some_places(ranges), sheet=sheet.name)
    texts = [where for where, text in sheet.facts.beside if where != PAGE and not any(map(units_in, text.split("\n")))]
    if texts:
        yield Note("texts_unread", value=f"{len(texts):,}", detail=some_places(texts), sheet=sheet.name)
    rows, columns = sheet.facts.extent
    width = len(sheet.rows[0]) if sheet.rows else 0
    if rows > len(sheet.rows) + GHOST_ROWS or columns > width + GHOST_COLUMNS:
        last = (len(sheet.rows) - 1, width - 1)
        reach = cell_address((max(rows, len(sheet.rows)) - 1, max(columns, width) - 1))
        yield _at("ghost_range", sheet, last, cell_address(last), reach)


def _at(rule: str, sheet: WorkbookSheet, place: Place, value: str, detail: str = "") -> Note:
    row, column = place
    return Note(
        rule, value=value, detail=detail, sheet=sheet.name, row=row + 1, column_ref=f"{column_letter(column)}列"
    )
