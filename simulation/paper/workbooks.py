"""Write the lines of sheets into an .xlsx file that has the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from dagster_project.contracts.model import Contract
from simulation.paper.handed_in import Sheet
from simulation.paper.layouts import pages
from simulation.paper.pages import Line

CREATED = datetime(2024, 1, 1)
STREAMED_FROM_ROWS = 20_000


def write_workbook(path: Path, sheets: Sequence[Sheet], contracts: Mapping[str, Contract]) -> None:
    """Write one workbook; very long sheets are streamed row by row to keep memory small."""
    is_streamed = any(len(sheet.rows) >= STREAMED_FROM_ROWS for sheet in sheets)
    options = {"constant_memory": is_streamed, "tmpdir": str(path.parent)}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": CREATED, "author": "simulation"})
        centred = book.add_format({"align": "center", "valign": "vcenter", "bold": True})
        day_format = book.add_format({"num_format": "yyyy-mm-dd"})
        for sheet in sheets:
            contract = contracts[sheet.ledger]
            for name, lines in pages(contract, sheet):
                page = book.add_worksheet(name)
                _write_lines(page, lines, len(contract.columns), centred, day_format)


def _write_lines(
    page: xlsxwriter.worksheet.Worksheet,
    lines: Iterable[Line],
    width: int,
    centred: xlsxwriter.format.Format,
    day_format: xlsxwriter.format.Format,
) -> None:
    write_text, write_number, write_day = page.write_string, page.write_number, page.write_datetime
    merged_above: list[int] = []
    for at, line in enumerate(lines):
        if line.kind == "group":
            merged_above = _merge_groups(page, at, line, centred)
            continue
        if line.kind == "title" and not line.spans:
            page.merge_range(at, 0, at, width - 1, line.cells[0], centred)
            continue
        for n, (rows, columns) in line.spans.items():
            if rows > 1 or columns > 1:
                # Merging writes an empty text first; the cell itself is written below.
                page.merge_range(at, n, at + rows - 1, n + columns - 1, "", centred)
        for n, cell in enumerate(line.cells):
            if cell is None or (line.kind == "header" and n in merged_above):
                continue
            if isinstance(cell, str):
                write_text(at, n, cell)
            elif isinstance(cell, date):
                write_day(at, n, datetime(cell.year, cell.month, cell.day), day_format)
            else:
                write_number(at, n, cell)


def _merge_groups(
    page: xlsxwriter.worksheet.Worksheet, at: int, line: Line, style: xlsxwriter.format.Format
) -> list[int]:
    """Merge group cells across and the others down over both header rows; returns the columns merged down."""
    starts = [n for n, cell in enumerate(line.cells) if cell is not None]
    down: list[int] = []
    for first, following in zip(starts, [*starts[1:], len(line.cells)], strict=True):
        if following - first > 1:
            page.merge_range(at, first, at, following - 1, line.cells[first], style)
        else:
            page.merge_range(at, first, at + 1, first, line.cells[first], style)
            down.append(first)
    return down
