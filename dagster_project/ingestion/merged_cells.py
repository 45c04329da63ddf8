"""Cells merged over several rows or columns: for which rows their value holds, and what is to be told of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dagster_project.contracts import Column
from dagster_project.ingestion.row_notes import Markers
from dagster_project.ingestion.sheet_rows import CellRow, SheetCells, is_data
from dagster_project.ingestion.text_table import Note, cell_address, column_letter, some_places

FILLED_DOWN = {"text", "code", "date", "month", "timestamp", "boolean"}
ORDINALS = ("_no", "_year")
"""Endings of whole numbers that name something: merged over several rows they hold for each, unlike amounts and counts."""

Merge = tuple[tuple[int, int], tuple[int, int]]


def is_filled_down(column: Column) -> bool:
    """Whether a value of the column that is merged over several cells holds for each of them."""
    return column.type in FILLED_DOWN or (column.type == "integer" and column.name.endswith(ORDINALS))


def merged_place(sheet: SheetCells, merge: Merge) -> str:
    """The cells of a merge as a spreadsheet program names them."""
    (top, left), (bottom, right) = merge
    return f"{cell_address((top + sheet.above, left))}:{cell_address((bottom + sheet.above, right))}"


def fill_merged(
    sheet: SheetCells,
    first: int,
    body: list[CellRow],
    verdicts: list[str | None],
    at: Mapping[int, Column],
    markers: Markers,
) -> list[Note]:
    """A cell merged over several rows holds for each of them; of an amount only the first has it, and the others are rejected.

    Blank rows, subtotals and footnotes within the merge stay what they are. Of a cell merged over several columns only the first has it.

    Args:
        sheet: with its merged cells.
        first: the place of the first row below the header.
        body: the rows from there on; filled in place.
        verdicts: on each of them, None for data; the rows that are rejected get theirs.
        at: the columns by their places.
        markers: of the contract.
    """
    last = first + len(body) - 1
    if not any(top <= last and bottom >= first for (top, _), (bottom, _) in sheet.merged):
        return []
    notes = {n for n in range(len(body)) if verdicts[n] or not is_data(body[n], markers)}
    filled = 0
    across: list[str] = []
    over_head: list[str] = []
    for merge in sheet.merged:
        (top, left), (bottom, right) = merge
        rows = [n for n in range(max(top, first) - first, min(bottom - first + 1, len(body))) if n not in notes]
        if not rows or not any(place in at for place in range(left, right + 1)):
            continue
        if top < first:
            over_head.append(merged_place(sheet, merge))
            continue
        if any(place in at for place in range(left + 1, right + 1)):
            across.append(merged_place(sheet, merge))
        column = at.get(left)
        value = body[top - first][left] if left < len(body[top - first]) else None
        if column is None or value is None:
            continue
        for n in (n for n in rows if n > top - first):
            if is_filled_down(column):
                body[n] = [*body[n][:left], value, *body[n][left + 1 :]]
                filled += 1
            else:
                verdicts[n] = f"merged_amount:{merged_place(sheet, merge)}"
    told = [Note("merged_cells", value=f"{filled:,}", sheet=sheet.name)] if filled else []
    for rule, places in (("merged_across", across), ("merged_over_head", over_head)):
        if places:
            told.append(Note(rule, value=f"{len(places):,}", detail=some_places(places), sheet=sheet.name))
    return told


def spread_over_body(
    sheet: SheetCells,
    first: int,
    body: list[CellRow],
    verdicts: list[str | None],
    value: Column,
    places: Collection[int],
) -> tuple[dict[tuple[int, int], str], list[Note]]:
    """Merged cells of the body of a matrix: what names something or dates it holds for each of them, an amount or a number for the first.

    Args:
        sheet: with its merged cells.
        first: the place of the first row of the body.
        body: its rows; filled in place.
        verdicts: on each of them, None for data.
        value: the column of its cells.
        places: the columns of the sheet that belong to it.

    Returns:
        The verdicts on cells that are rejected, by row of the body and place, and what is to be told.
    """
    rejected: dict[tuple[int, int], str] = {}
    filled = 0
    for merge in sheet.merged:
        (top, left), (bottom, right) = merge
        if top < first or left not in places or top - first >= len(body) or not body[top - first][left]:
            continue
        text = body[top - first][left]
        for n in range(top - first, min(bottom - first + 1, len(body))):
            for place in range(left, min(right + 1, len(body[n]))):
                if verdicts[n] or place not in places or (n, place) == (top - first, left):
                    continue
                if is_filled_down(value):
                    body[n] = [*body[n][:place], text, *body[n][place + 1 :]]
                    filled += 1
                else:
                    rejected[n, place] = f"merged_amount:{merged_place(sheet, merge)}"
    told = [Note("merged_cells", value=f"{filled:,}", sheet=sheet.name)] if filled else []
    return rejected, told


def hidden_notes(sheet: SheetCells, first: int, stop: int, claimed: Collection[int]) -> list[Note]:
    """What is to be told of hidden rows from ``first`` to ``stop``, and of hidden columns that hold values of the ledger."""
    told = []
    if hidden := [n for n in sheet.hidden_rows if first <= n < stop and any(sheet.rows[n])]:
        where = f"第 {min(hidden) + 1 + sheet.above} 行"
        told.append(Note("hidden_rows", value=f"{len(hidden):,}", detail=where, sheet=sheet.name))
    if columns := sorted(sheet.hidden_columns & set(claimed)):
        told.append(Note("hidden_columns", value="、".join(map(column_letter, columns)), sheet=sheet.name))
    return told
