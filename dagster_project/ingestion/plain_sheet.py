"""Read a table of a sheet column by column: its head, merged cells, heads printed again, and cells that no column claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from dagster_project.contracts import Column, Contract, FileLayout
from dagster_project.ingestion.header import SEARCHED_ROWS, find_headers, names_columns
from dagster_project.ingestion.invisible import visible
from dagster_project.ingestion.row_notes import Markers
from dagster_project.ingestion.sheet_rows import CellRow, SheetCells
from dagster_project.ingestion.text_table import Header, Note, Tally, column_letter, text_schema

FILLED_DOWN = {"text", "code", "date", "month", "timestamp", "boolean"}
ORDINALS = ("_no", "_year")
"""Endings of whole numbers that name something: merged over several rows they hold for each, unlike amounts and counts."""


@dataclass
class PlainTable:
    """A table of a sheet: its rows as text columns, and what is to be told of it."""

    sheet: str
    header: Header
    column_refs: Mapping[str, str]
    rows: pa.Table
    notes: list[Note] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def read_tables(sheet: SheetCells, contract: Contract, layout: FileLayout) -> list[PlainTable]:
    """The table of a sheet, or its tables, stacked or side by side as the layout says; every row is in one of them.

    Raises:
        Refused: there is no complete header, or the unit is contradictory or unknown.
    """
    tables = []
    for start, stop in _blocks(sheet, contract, layout):
        headers = find_headers(
            sheet.rows[start : min(stop, start + SEARCHED_ROWS)],
            contract,
            layout,
            tables=None if layout.tables == "side_by_side" else 1,
        )
        for number, header in enumerate(headers):
            # Rows of the head, and cells beside the tables, are told of once.
            header = header if number == 0 else replace(header, head=())
            claimed = {place for other in headers for place in other.positions.values()}
            tables.append(_table(sheet, header, claimed, (start, stop), contract, layout))
    return tables


def _blocks(sheet: SheetCells, contract: Contract, layout: FileLayout) -> Iterator[tuple[int, int]]:
    """The first row of each stacked table with what stands above it, and the row behind its last."""
    if layout.tables != "stacked":
        yield 0, len(sheet.rows)
        return
    heads = [n for n, row in enumerate(sheet.rows) if names_columns(row, contract, layout)]
    starts = [0, *heads[1:]]
    # A title of one cell right above a header belongs to the table below it.
    for number, start in enumerate(starts[1:], start=1):
        while start > 0 and sum(map(bool, sheet.rows[start - 1])) <= 1:
            start -= 1
        starts[number] = start
    yield from zip(starts, [*starts[1:], len(sheet.rows)], strict=True)


def _table(
    sheet: SheetCells,
    header: Header,
    claimed: set[int],
    bounds: tuple[int, int],
    contract: Contract,
    layout: FileLayout,
) -> PlainTable:
    start, stop = bounds
    first = start + header.rows
    body = list(sheet.rows[first:stop])
    verdicts: list[str | None] = [None] * len(body)
    table = PlainTable(sheet.name, header, _refs(header, by_letter=layout.format == "workbook"), pa.table({}))
    _mark_repeated_heads(body, verdicts, header, contract, layout)
    columns = [contract.column(name) for name in header.positions]
    _fill_merged(sheet, first, body, verdicts, columns, table)
    across = list(zip(*body, strict=True)) or [()] * header.width
    arrays = []
    for place in header.positions.values():
        cells, count = visible(pa.array(across[place] if place < len(across) else [None] * len(body), pa.string()))
        table.tally.invisible += count
        arrays.append(cells)
    if header.head:
        _count_unclaimed(across, claimed, verdicts, table)
        _tell_hidden(sheet, first, stop, claimed, table)
    texts = [
        ",".join(filter(None, row)) if verdict == "repeated_header" else None
        for row, verdict in zip(body, verdicts, strict=True)
    ]
    rows = pa.table(
        [
            *arrays,
            pa.array(range(first + 1, stop + 1), pa.int64()),
            pa.array(texts, pa.string()),
            pa.array(verdicts, pa.string()),
        ],
        schema=text_schema(list(header.positions)),
    )
    table.rows = pa.concat_tables([_head(header, start), rows]) if header.head else rows
    return table


def _refs(header: Header, *, by_letter: bool) -> dict[str, str]:
    return {
        name: f"{column_letter(place)}列" if by_letter else f"第{place + 1}列"
        for name, place in header.positions.items()
    }


def _head(header: Header, start: int) -> pa.Table:
    """The rows of the head: no data, each with what it is."""
    names = list(header.positions)
    nothing = [pa.nulls(len(header.head), pa.string())] * len(names)
    numbers = pa.array([start + row.row for row in header.head], pa.int64())
    texts = pa.array([row.text or None for row in header.head], pa.string())
    return pa.table(
        [*nothing, numbers, texts, pa.array([row.status for row in header.head], pa.string())],
        schema=text_schema(names),
    )


def _mark_repeated_heads(
    body: Sequence[CellRow], verdicts: list[str | None], header: Header, contract: Contract, layout: FileLayout
) -> None:
    """Rows of the head that are printed again; below a header with its columns in other places nothing is data."""
    markers = Markers(contract, header)
    starts = {next(cell for cell in row.cells if cell)[0] for row in header.head if any(row.cells)}
    for n, row in enumerate(body):
        first = next(filter(None, row), None)
        if first is None or first[0] not in starts:
            continue
        if markers.is_head(row):
            verdicts[n] = "repeated_header"
        elif names_columns(row, contract, layout):
            verdicts[n] = "repeated_header"
            for below in range(n + 1, len(body)):
                verdicts[below] = f"another_header:第 {header.rows + n + 1} 行" if any(body[below]) else None
            return


def _fill_merged(
    sheet: SheetCells,
    first: int,
    body: list[CellRow],
    verdicts: list[str | None],
    columns: Sequence[Column],
    table: PlainTable,
) -> None:
    """A cell merged over several rows holds for each of them; of an amount only the first has it, and the others are rejected."""
    at = {place: column for column, place in zip(columns, table.header.positions.values(), strict=True)}
    filled = 0
    for (top, left), (bottom, _) in sheet.merged:
        column = at.get(left)
        if column is None or bottom <= top or top < first or top - first >= len(body):
            continue
        value = body[top - first][left] if left < len(body[top - first]) else None
        if value is None:
            continue
        for n in range(top - first + 1, min(bottom - first + 1, len(body))):
            if not any(body[n]):
                continue
            if _is_filled_down(column):
                body[n] = [*body[n][:left], value, *body[n][left + 1 :]]
                filled += 1
            elif verdicts[n] is None:
                letter = column_letter(left)
                verdicts[n] = f"merged_amount:{letter}{top + 1}:{letter}{bottom + 1}"
    if filled:
        table.notes.append(Note("merged_cells", value=f"{filled:,}", sheet=sheet.name))


def _is_filled_down(column: Column) -> bool:
    return column.type in FILLED_DOWN or (column.type == "integer" and column.name.endswith(ORDINALS))


def _count_unclaimed(
    across: Sequence[Sequence[str | None]], claimed: set[int], verdicts: Sequence[str | None], table: PlainTable
) -> None:
    """The filled cells below a header that no column claims, or below none at all."""
    for place, cells in enumerate(across):
        if place not in claimed and (
            count := sum(cell is not None and verdict is None for cell, verdict in zip(cells, verdicts, strict=True))
        ):
            table.tally.unclaimed[place] += count


def _tell_hidden(sheet: SheetCells, first: int, stop: int, claimed: set[int], table: PlainTable) -> None:
    hidden = [n for n in sheet.hidden_rows if first <= n < stop and any(sheet.rows[n])]
    if hidden:
        table.notes.append(
            Note("hidden_rows", value=f"{len(hidden):,}", detail=f"第 {min(hidden) + 1} 行", sheet=sheet.name)
        )
    if columns := sorted(sheet.hidden_columns & claimed):
        letters = "、".join(map(column_letter, columns))
        table.notes.append(Note("hidden_columns", value=letters, sheet=sheet.name))
