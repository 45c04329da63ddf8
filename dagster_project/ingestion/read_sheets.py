"""Read the sheets of a workbook, or a text laid out as a sheet: which of them belong to the ledger, and all their rows as one stream."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

import pyarrow as pa

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.decoded import whole_text
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.invisible import visible_text
from dagster_project.ingestion.plain_sheet import PlainTable, read_tables
from dagster_project.ingestion.read_form import read_forms
from dagster_project.ingestion.read_matrix import read_matrix
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_kinds import fits, is_like_form, nearly_fits
from dagster_project.ingestion.sheet_rows import SheetCells, SheetPart, SheetRow
from dagster_project.ingestion.text_head import allowed_encoding
from dagster_project.ingestion.text_table import (
    COLUMN,
    IRREGULAR,
    NUMBER,
    ROW,
    SHEET,
    SPREADSHEET_EPOCH,
    VERDICT,
    Header,
    Note,
    Part,
    Tally,
    TextTable,
    cell_addresses,
    text_schema,
)
from dagster_project.ingestion.workbook import WorkbookSheet, open_workbook
from dagster_project.ingestion.workbook_oddities import texts_beside, workbook_notes

REFUSED_SHEET = "refused_sheet:"
"""The verdict on a row whose whole sheet is refused; the one finding about the sheet says why."""
UNREAD_SHEET = "unread_sheet"
"""The verdict on a row of a sheet that is none of the ledger's."""
OWN_COLUMNS = (SHEET, NUMBER, COLUMN)


@dataclass
class _Book:
    """What was read so far: tables of plain sheets, or rows of forms and matrices, and sheets that were not read."""

    tables: list[PlainTable] = field(default_factory=list)
    parts: list[SheetPart] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    unread: list[tuple[SheetCells, str]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    beside: tuple[tuple[str, str, str], ...] = ()

    @property
    def headers(self) -> list[tuple[str, Header]]:
        return [(each.sheet, each.header) for each in self.tables] + [(each.name, each.header) for each in self.parts]


def read_sheets(
    path: Path, contract: Contract, layout: FileLayout, seen: Fingerprint, elsewhere: Sequence[str] = ()
) -> TextTable:
    """Open every sheet of a workbook that belongs to the ledger, or the one sheet that a text is.

    Those are the sheets that the layout names, and those that hold the ledger's header. A sheet that cannot be read is refused
    and told of, its rows count as rejected, and the others go on. Other sheets with values are told of. Sheets without any
    text are passed over, and so are those that other ledgers read: ``elsewhere`` are their names.

    Raises:
        Refused: the file is no workbook, no sheet has the name or the header, or not one of them can be read.
    """
    epoch, saved_at, own = SPREADSHEET_EPOCH, None, layout.sheet or "*"

    def is_elsewhere(name: str) -> bool:
        return not fnmatchcase(name, own) and any(fnmatchcase(name, other) for other in elsewhere)

    opened = open_workbook(path, is_elsewhere) if layout.format == "workbook" else None
    if opened is not None:
        epoch, saved_at = opened.serial_epoch, opened.saved_at
        sheets = [_cells(each) for each in opened.sheets if any(map(any, each.rows))]
        names = [each.name for each in opened.sheets]
        if not sheets and not any(map(is_elsewhere, names)):
            raise Refused("empty_workbook", detail="、".join(names) or "(无)")
    else:
        sheets, names = [_text_sheet(path, layout, seen)], []
    book = _Book()
    chosen = _chosen(sheets, names, contract, layout, book)
    for sheet in chosen:
        _read(sheet, contract, layout, book)
    if opened is not None:
        read, tables = {sheet.name for sheet in chosen}, [(each.sheet, each.header) for each in book.tables]
        book.notes += workbook_notes(opened, read, tables, contract)
        book.beside = tuple(texts_beside(opened, read))
    if not book.headers:
        raise next((each for each in book.refused if each.rule != "hidden_sheet"), book.refused[0])
    return replace(_text_table(book, contract, layout, epoch), saved_at=saved_at)


def _chosen(
    sheets: Sequence[SheetCells], names: Sequence[str], contract: Contract, layout: FileLayout, book: _Book
) -> list[SheetCells]:
    """The sheets to read; of the others the book is told."""
    wanted = layout.sheet or "*"
    named = [sheet for sheet in sheets if sheet.name == wanted or fnmatchcase(sheet.name, wanted)]
    is_table = not (layout.form or layout.matrix)
    if layout.form and layout.has_many_sheets:  # a cover, a guide or a list of the forms is none of them
        named = [sheet for sheet in named if is_like_form(sheet, contract, layout)] or named
    elif layout.sheet:
        like = [s for s in sheets if s not in named and not s.is_hidden and fits(s, contract, layout)]
        for sheet in like:
            has_visible = any(not each.is_hidden for each in named)
            rule = "another_sheet" if has_visible else "sheet_by_header"
            book.notes.append(Note(rule, value=wanted, sheet=sheet.name, detail=f"{sheet.filled_rows:,}"))
        named = [*named, *like]
    elif not layout.sheet and is_table:
        named = [sheet for sheet in sheets if fits(sheet, contract, layout)] or named
    if not named:
        raise Refused("missing_sheet", value=wanted, detail="、".join(names) or "(空)")
    visible = [sheet for sheet in named if not sheet.is_hidden]
    for sheet in sheets:
        if (
            sheet not in named
            and is_table
            and not sheet.is_hidden
            and (lacking := nearly_fits(sheet, contract, layout))
        ):
            lacking.sheet = sheet.name
            book.refused.append(lacking)
            book.unread.append((sheet, REFUSED_SHEET))
        elif sheet not in named:
            rule = "unread_hidden_sheet" if sheet.is_hidden else "unread_sheet"
            book.notes.append(Note(rule, sheet=sheet.name, value=f"{sheet.filled_rows:,}"))
            book.unread.append((sheet, UNREAD_SHEET))
        elif sheet.is_hidden:
            refusal = Refused("hidden_sheet", sheet=sheet.name, value=f"{sheet.filled_rows:,}", detail="、".join(names))
            book.refused.append(refusal)
            book.unread.append((sheet, REFUSED_SHEET))
    return visible


def _read(sheet: SheetCells, contract: Contract, layout: FileLayout, book: _Book) -> None:
    """Read one sheet into the book; one that cannot be read is refused, and the others go on."""
    try:
        if layout.form or layout.matrix:
            if sheet.partly_struck:
                raise Refused("partly_struck_out", detail=cell_addresses(sheet.partly_struck))
            sheet = replace(
                sheet, rows=[[visible_text(cell) or None if cell else None for cell in row] for row in sheet.rows]
            )
            parts = read_forms(sheet, contract, layout) if layout.form else [read_matrix(sheet, contract, layout)]
            for part in parts:
                _same_unit((part.name, part.header), (book.headers or [(part.name, part.header)])[0], contract)
            book.parts += parts
            book.notes += [note for part in parts for note in part.notes]
            return
        tables = read_tables(sheet, contract, layout)
        for table in tables:
            _same_unit(
                (table.sheet, table.header), (book.headers or [(tables[0].sheet, tables[0].header)])[0], contract
            )
        book.tables += tables
    except Refused as refusal:
        refusal.sheet = sheet.name
        book.refused.append(refusal)
        book.unread.append((sheet, REFUSED_SHEET))


def _same_unit(here: tuple[str, Header], first: tuple[str, Header], contract: Contract) -> None:
    """Amounts of one submission are typed together: a sheet in another unit than the first is refused."""
    for column in contract.columns:
        if column.type != "money" or not all(column.name in header.positions for _, header in (here, first)):
            continue
        own, other = (header.column_units.get(column.name, header.unit) for _, header in (here, first))
        if own != other:
            raise Refused("ambiguous_unit", detail=f"工作表“{first[0]}”为{other},本表为{own}")


def _text_table(book: _Book, contract: Contract, layout: FileLayout, epoch: dt.date) -> TextTable:
    tally = Tally()
    for table in book.tables:
        book.notes += table.notes
        tally.add(table.tally)
    if len(book.tables) == 1 and not book.parts and not book.unread:
        (table,) = book.tables
        tally.unclaimed.update(table.tally.unclaimed)
        rows = table.rows
        return TextTable(
            table.sheet, table.header, dict(table.column_refs), rows.to_reader, tally=tally, serial_epoch=epoch,
            notes=tuple(book.notes), beside=book.beside,
        )  # fmt: skip
    header = _common_header([header for _, header in book.headers], contract)
    stream = _stream(book, list(header.positions))
    places = [
        Part(each.sheet, each.header, dict(each.column_refs), each.tally.unclaimed, each.bounds) for each in book.tables
    ]
    places += [Part(each.name, each.header, dict(each.column_refs), each.unclaimed, each.bounds) for each in book.parts]
    return TextTable(
        sheet="、".join(dict.fromkeys(name for name, _ in book.headers)),
        header=header,
        column_refs={},
        batches=stream.to_reader,
        parts=tuple(places),
        refused_sheets=book.refused,
        own_columns=OWN_COLUMNS,
        tally=tally,
        serial_epoch=epoch,
        notes=tuple(book.notes),
        unread=tuple((sheet.name, sheet.rows) for sheet, verdict in book.unread if verdict == UNREAD_SHEET),
        beside=book.beside,
    )


def _common_header(headers: Sequence[Header], contract: Contract) -> Header:
    """The columns that any sheet has, in the order of the contract, and the unit that all of them have."""
    named = [c.name for c in contract.columns if any(c.name in header.positions for header in headers)]
    texts = {name: next(h.texts[name] for h in headers if name in h.texts) for name in named}
    units = {name: unit for header in reversed(headers) for name, unit in header.column_units.items()}
    positions = {name: place for place, name in enumerate(named)}
    return replace(headers[0], rows=0, positions=positions, texts=texts, extra={}, column_units=units, head=())


def _stream(book: _Book, names: Sequence[str]) -> pa.Table:
    """The rows as text columns, with the sheet, the number among all rows of the file, and the column of a matrix cell."""
    schema = text_schema(list(names)).append(pa.field(SHEET, pa.string())).append(pa.field(COLUMN, pa.string()))
    pieces = [_laid_under(table.rows, table.sheet, schema) for table in book.tables]
    rows = [(part.name, row) for part in book.parts for row in part.rows]
    pieces += [_of_rows(rows, names, schema), *(_unread(sheet, verdict, schema) for sheet, verdict in book.unread)]
    whole = pa.concat_tables(pieces)
    return whole.append_column(pa.field(NUMBER, pa.int64()), pa.array(range(1, len(whole) + 1), pa.int64()))


def _unread(sheet: SheetCells, verdict: str, schema: pa.Schema) -> pa.Table:
    """The rows of a sheet that is not read, each with what it says and the verdict on it."""
    count = len(sheet.rows)
    texts = [",".join(filter(None, row)) or None for row in sheet.rows]
    own = {
        SHEET: pa.repeat(pa.scalar(sheet.name), count),
        ROW: pa.array(range(1, count + 1), pa.int64()),
        IRREGULAR: pa.array(texts, pa.string()),
        VERDICT: pa.array([verdict if text else "blank" for text in texts], pa.string()),
    }
    return pa.table([own.get(each.name, pa.nulls(count, each.type)) for each in schema], schema=schema)


def _laid_under(rows: pa.Table, sheet: str, schema: pa.Schema) -> pa.Table:
    own = {SHEET: pa.array([sheet] * len(rows), pa.string())}
    arrays = [
        rows.column(field.name)
        if field.name in rows.column_names
        else own.get(field.name, pa.nulls(len(rows), field.type))
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def _of_rows(rows: Sequence[tuple[str, SheetRow]], names: Sequence[str], schema: pa.Schema) -> pa.Table:
    columns = [[row.cells.get(name) for _, row in rows] for name in names]
    marks = [(row.row, row.text, row.verdict, sheet, row.column) for sheet, row in rows]
    arrays = [*columns, *(zip(*marks, strict=True) if marks else [[]] * 5)]
    return pa.table([pa.array(array, each.type) for array, each in zip(arrays, schema, strict=True)], schema=schema)


def _cells(sheet: WorkbookSheet) -> SheetCells:
    is_hidden = sheet.visibility != "visible"
    places = sheet.hidden_rows, sheet.hidden_columns
    return SheetCells(sheet.name, sheet.rows, sheet.merged, is_hidden, *places, partly_struck=sheet.facts.partly_struck)


def _text_sheet(path: Path, layout: FileLayout, seen: Fingerprint) -> SheetCells:
    """A text whose layout is more than one plain table, as a sheet: forms and matrices are small."""
    text = whole_text(path, allowed_encoding(layout, seen))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True))
    except csv.Error as error:
        raise Refused("bad_structure", detail="引号没有闭合,或引号之后还有文字") from error
    width = max(map(len, rows), default=0)
    cells = [[(visible_text(cell).strip() or None) for cell in row] + [None] * (width - len(row)) for row in rows]
    return SheetCells("", cells, lengths=[len(row) for row in rows])
