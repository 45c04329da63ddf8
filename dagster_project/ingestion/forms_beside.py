"""Several forms in one sheet: which columns belong to each where they stand side by side, which rows where one has no table to tell it from the next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.form_labels import Labels
from dagster_project.ingestion.header import names_columns
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_rows import CellRow, SheetCells, of_columns
from dagster_project.ingestion.text_table import cell_addresses
from dagster_project.ingestion.units import units_in

NOT_READ_APART = ("duplicate_header", "duplicate_label", "missing_labels")
"""For what a sheet is refused whose forms stand side by side and cannot be told apart."""


def forms_beside(sheet: SheetCells, contract: Contract, layout: FileLayout, table: Sequence[str]) -> list[SheetCells]:
    """The forms that stand side by side, parted by an empty column, each with its own cells at their places; else the sheet as it is.

    Each must have every label that is required, and the header of its table. A unit above all of them is that of each.

    Args:
        sheet: all its cells.
        contract: of the ledger.
        layout: with the labels of the form.
        table: the columns of its table.
    """
    assert layout.form is not None, "only a form has labels"
    labels = Labels(contract, layout.form)
    groups: list[tuple[set[int], set[str]]] = []
    for places in _runs(sheet.rows):
        names = {name for row in sheet.rows for place in places if (name := labels.name(_at(row, place)))}
        if groups and not names & groups[-1][1]:
            groups[-1][0].update(places)
            groups[-1][1].update(names)
        else:
            groups.append((places, names))
    if len(groups) < 2 or any(labels.missing(names) for _, names in groups):
        return [sheet]
    top = next(n for n, row in enumerate(sheet.rows) if any(labels.name(cell) for cell in row))
    parts = [_only(sheet, places, top) for places, _ in groups]
    if not table:
        return parts
    of_table = of_columns(contract, table)
    is_whole = all(any(names_columns(part.rows, n, of_table, layout) for n in range(len(part.rows))) for part in parts)
    return parts if is_whole else [sheet]


def _runs(rows: Sequence[CellRow]) -> list[set[int]]:
    """The columns that hold anything, those that stand together in one set."""
    filled = sorted({place for row in rows for place, cell in enumerate(row) if cell})
    runs: list[set[int]] = []
    for place in filled:
        if runs and place - 1 in runs[-1]:
            runs[-1].add(place)
        else:
            runs.append({place})
    return runs


def _at(row: CellRow, place: int) -> str | None:
    return row[place] if place < len(row) else None


def _only(sheet: SheetCells, places: Collection[int], top: int) -> SheetCells:
    """The sheet with nothing but some columns, and what states a unit above the first label."""

    def kept(n: int, place: int, cell: str | None) -> bool:
        return place in places or bool(n < top and cell and units_in(cell))

    rows = [
        [cell if kept(n, place, cell) else None for place, cell in enumerate(row)] for n, row in enumerate(sheet.rows)
    ]
    merged = [each for each in sheet.merged if each[0][1] in places]
    is_first = 0 in places or min(places) == min(place for row in sheet.rows for place, cell in enumerate(row) if cell)
    return replace(sheet, rows=rows, merged=merged, hidden_rows=sheet.hidden_rows if is_first else frozenset())


def label_blocks(sheet: SheetCells, labels: Labels) -> list[int]:
    """The first row of each form without a table, one below the other: a label that stands there again begins the next one."""
    starts, seen = [0], set[str]()
    found: list[set[str]] = [seen]
    for n, row in enumerate(sheet.rows):
        names = {name for cell in row if cell and (name := labels.name(cell))}
        if names & seen:
            is_titled = sum(map(bool, sheet.rows[n - 1])) == 1 and n - 1 > starts[-1]
            starts.append(n - is_titled)
            seen = set()
            found.append(seen)
        seen |= names
    return starts if not any(map(labels.missing, found)) else [0]


def refuse_beside(refusal: Refused, sheet: SheetCells, contract: Contract, layout: FileLayout) -> None:
    """Say that several forms stand side by side, where that is why a sheet cannot be read.

    Raises:
        Refused: a required label stands in several columns.
    """
    assert layout.form is not None, "only a form has labels"
    labels = Labels(contract, layout.form)
    required = [column.name for column in labels.columns if column.required]
    if refusal.rule not in NOT_READ_APART or not required:
        return
    places: dict[str, list[tuple[int, int]]] = {name: [] for name in required}
    for n, row in enumerate(sheet.rows):
        for place, cell in enumerate(row):
            if cell and (name := labels.name(cell)) in places:
                places[name].append((n + sheet.above, place))
    # One label that stands twice is a slip of one form; of two forms every label that is required stands in two columns.
    if all(len({place for _, place in found}) > 1 for found in places.values()):
        first = places[required[0]]
        raise Refused("forms_beside", value=f"{len(first):,}", detail=cell_addresses(first)) from refusal
