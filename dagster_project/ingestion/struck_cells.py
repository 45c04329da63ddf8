"""Cells of whose text a part is struck out: what is read is the old words and the new ones in one."""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.contracts import Contract
from dagster_project.ingestion.row_notes import Markers
from dagster_project.ingestion.sheet_rows import CellRow, SheetCells, is_data
from dagster_project.ingestion.text_table import Header, Note, cell_address, cell_addresses, column_letter


def struck_rows(
    sheet: SheetCells, first: int, body: Sequence[CellRow], header: Header, contract: Contract
) -> tuple[dict[int, str], list[Note]]:
    """The rows to reject, each with its verdict, and what is to be told.

    A row is rejected for a value or a key; of other words it is told that a part of them may be void.

    Args:
        sheet: with the places of such cells.
        first: the place of the first row below the header.
        body: the rows from there on.
        header: of the table.
        contract: of the ledger.
    """
    markers = Markers(contract)
    at = {place: contract.column(name) for name, place in header.positions.items()}
    rejected: dict[int, str] = {}
    told: list[tuple[int, int]] = []
    for row, place in sorted(sheet.partly_struck):
        n, column = row - first, at.get(place)
        if column is None or not 0 <= n < len(body):
            continue
        if column.type == "text" and column.name not in contract.key:
            told.append((row, place))
        elif is_data(body[n], markers):
            rejected.setdefault(n, f"partly_struck_out:{cell_address((row, place))}")
    return rejected, [_note(sheet.name, told)] if told else []


def _note(sheet: str, places: Sequence[tuple[int, int]]) -> Note:
    row, place = places[0]
    column_ref = f"{column_letter(place)}列"
    value, detail = f"{len(places):,}", cell_addresses(places)
    return Note("struck_part", value=value, detail=detail, sheet=sheet, row=row + 1, column_ref=column_ref)
