"""Read workbooks that are no single plain table: several sheets of one submission, forms, matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pyarrow as pa

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.header import SEARCHED_ROWS, find_header
from dagster_project.ingestion.read_form import read_form
from dagster_project.ingestion.read_matrix import read_matrix
from dagster_project.ingestion.read_workbook import cell_text
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_rows import SheetCells, SheetPart, SheetRow, no_data, note_in
from dagster_project.ingestion.text_table import (
    COLUMN,
    NUMBER,
    SHEET,
    Header,
    Part,
    TextTable,
    column_letter,
    text_schema,
)

REFUSED_SHEET = "refused_sheet:"
"""The verdict on a row whose whole sheet is refused; the one finding about the sheet says why."""


def read_sheets(path: Path, contract: Contract, layout: FileLayout, seen: Fingerprint) -> TextTable:
    """Open every sheet of a workbook that the layout names, or all of them where it names none.

    A sheet that cannot be read is refused and told of, its rows count as rejected, and the others go on. A sheet without
    any text is passed over.

    Raises:
        Refused: the file is no workbook, no sheet has that name, or not one of them can be read.
    """
    parts: list[SheetPart] = []
    refused: list[Refused] = []
    rows: list[tuple[str, SheetRow]] = []
    for sheet, is_hidden in _open(path, layout):
        try:
            if is_hidden:
                raise Refused("hidden_sheet")
            part = _read(sheet, contract, layout)
            if parts:
                _same_unit(part, parts[0], contract)
        except Refused as refusal:
            refusal.sheet = sheet.name
            refused.append(refusal)
            rows += [(sheet.name, no_data(n, row, REFUSED_SHEET)) for n, row in enumerate(sheet.rows, start=1)]
            continue
        parts.append(part)
        rows += [(sheet.name, row) for row in part.rows]
    if not parts:
        raise refused[0] if refused else Refused("missing_sheet", value=layout.sheet or "", detail="(空)")
    header = _common_header(parts, contract)
    stream = _stream(rows, list(header.positions))
    return TextTable(
        sheet="、".join(part.name for part in parts),
        header=header,
        column_refs={},
        batches=stream.to_reader,
        parts=tuple(Part(part.name, part.header, dict(part.column_refs)) for part in parts),
        refused_sheets=refused,
        own_columns=(SHEET, NUMBER, COLUMN),
    )


def _open(path: Path, layout: FileLayout) -> list[tuple[SheetCells, bool]]:
    """The sheets that the layout names and that hold anything, each with whether it is hidden from whoever looks at the file."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    name = layout.sheet or "*"
    try:
        book = CalamineWorkbook.from_path(path)
        known = [about for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
        wanted = [about for about in known if about.name == name or fnmatchcase(about.name, name)]
        if not wanted:
            raise Refused("missing_sheet", value=name, detail="、".join(book.sheet_names))
        sheets = []
        for about in wanted:
            sheet = book.get_sheet_by_name(about.name)
            rows = [[_trimmed(cell_text(v)) for v in row] for row in sheet.to_python(skip_empty_area=False)]
            if any(any(row) for row in rows):
                cells = SheetCells(about.name, rows, sheet.merged_cell_ranges or [])
                sheets.append((cells, about.name != name and about.visible != SheetVisibleEnum.Visible))
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("unreadable_file", detail=str(error) or type(error).__name__) from error
    return sheets


def _trimmed(text: str | None) -> str | None:
    return (text.strip() or None) if text else None


def _read(sheet: SheetCells, contract: Contract, layout: FileLayout) -> SheetPart:
    if layout.form:
        return read_form(sheet, contract, layout)
    if layout.matrix:
        return read_matrix(sheet, contract, layout)
    header = find_header(sheet.rows[:SEARCHED_ROWS], contract, layout)
    rows = []
    for n, row in enumerate(sheet.rows[header.rows :], start=header.rows + 1):
        verdict = note_in(row, header.positions, contract)
        cells = {name: row[place] for name, place in header.positions.items()}
        rows.append(no_data(n, row, verdict) if verdict else SheetRow(n, cells))
    refs = {name: f"{column_letter(place)}列" for name, place in header.positions.items()}
    return SheetPart(sheet.name, header, refs, rows)


def _same_unit(part: SheetPart, first: SheetPart, contract: Contract) -> None:
    """Amounts of one submission are typed together: a sheet in another unit than the first is refused."""
    for column in contract.columns:
        if column.type != "money":
            continue
        here, there = (p.header.column_units.get(column.name, p.header.unit) for p in (part, first))
        if column.name in part.header.positions and column.name in first.header.positions and here != there:
            raise Refused("ambiguous_unit", detail=f"工作表“{first.name}”为{there},本表为{here}")


def _common_header(parts: Sequence[SheetPart], contract: Contract) -> Header:
    """The columns that any sheet has, in the order of the contract, and the unit that all of them have."""
    named = [c.name for c in contract.columns if any(c.name in part.header.positions for part in parts)]
    texts = {name: next(p.header.texts[name] for p in parts if name in p.header.texts) for name in named}
    units = {name: unit for part in reversed(parts) for name, unit in part.header.column_units.items()}
    positions = {name: place for place, name in enumerate(named)}
    return replace(parts[0].header, rows=0, positions=positions, texts=texts, extra={}, column_units=units)


def _stream(rows: Sequence[tuple[str, SheetRow]], names: Sequence[str]) -> pa.Table:
    """The rows as text columns, with the sheet, the number among all rows of the file, and the column of a matrix cell."""
    schema = text_schema(list(names))
    for field in (pa.field(SHEET, pa.string()), pa.field(NUMBER, pa.int64()), pa.field(COLUMN, pa.string())):
        schema = schema.append(field)
    columns = [[row.cells.get(name) for _, row in rows] for name in names]
    marks = [(row.row, row.text, row.verdict, sheet, n, row.column) for n, (sheet, row) in enumerate(rows, start=1)]
    arrays = [*columns, *(zip(*marks, strict=True) if marks else [[]] * 6)]
    return pa.table([pa.array(array, each.type) for array, each in zip(arrays, schema, strict=True)], schema=schema)
