"""Read a table of a sheet column by column: its head, merged cells, heads printed again, and cells that no column claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.header import SEARCHED_ROWS, count_names, find_headers, names_columns
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.invisible import visible
from dagster_project.ingestion.lost_text import count_private_use, lost_in_column
from dagster_project.ingestion.merged_cells import fill_merged, hidden_notes
from dagster_project.ingestion.row_notes import Markers
from dagster_project.ingestion.row_widths import odd_lengths
from dagster_project.ingestion.sheet_rows import CellRow, SheetCells
from dagster_project.ingestion.struck_cells import struck_rows
from dagster_project.ingestion.text_table import (
    EVERY_ROW,
    Header,
    Note,
    Tally,
    column_letter,
    some_words,
    text_schema,
)
from dagster_project.ingestion.units import names_units, units_in


@dataclass
class PlainTable:
    """A table of a sheet: its rows as text columns, what is to be told of it, and its first and last row."""

    sheet: str
    header: Header
    column_refs: Mapping[str, str]
    rows: pa.Table
    notes: list[Note] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    bounds: tuple[int, int] = EVERY_ROW


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
    heads: list[int] = []
    for n in range(len(sheet.rows)):
        # The rows of one header may each name all required columns: those merged downwards stand in the upper one.
        if names_columns(sheet.rows, n, contract, layout) and not (heads and n - heads[-1] < layout.header_rows):
            heads.append(n)
    starts = [0, *heads[1:]]
    # Groups, a title of one cell and a unit right above a header belong to the table below it.
    for number, start in enumerate(starts[1:], start=1):
        while start > 0 and _is_above_a_header(sheet.rows[start - 1], contract, layout):
            start -= 1
        starts[number] = start
    yield from zip(starts, [*starts[1:], len(sheet.rows)], strict=True)


def _is_above_a_header(row: CellRow, contract: Contract, layout: FileLayout) -> bool:
    filled = [cell for cell in row if cell]
    if len(filled) <= 1 or any(units_in(cell) for cell in filled if not cell[:1].isdigit()):
        return True
    return layout.header_rows > 1 and count_names(filled, contract) > 0


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
    table = PlainTable(
        sheet.name, header, _refs(header, by_letter=layout.format == "workbook"), pa.table({}), bounds=(start + 1, stop)
    )
    _mark_repeated_heads(first, body, verdicts, header, contract, layout)
    if sheet.lengths:
        for n, verdict in odd_lengths(body, sheet.lengths[first:stop], Markers(contract, header)).items():
            verdicts[n] = verdicts[n] or verdict
    if sheet.merged:
        at = {place: contract.column(name) for name, place in header.positions.items()}
        table.notes += fill_merged(sheet, first, body, verdicts, at, Markers(contract))
    if sheet.partly_struck:
        found, notes = struck_rows(sheet, first, body, header, contract)
        verdicts = [verdict or found.get(n) for n, verdict in enumerate(verdicts)]
        table.notes += notes
    across = list(zip(*body, strict=True)) or [()] * header.width
    arrays = []
    for name, place in header.positions.items():
        cells = pa.array(across[place] if place < len(across) else [None] * len(body), pa.string())
        for n, verdict in lost_in_column(cells, table.column_refs[name]).items():
            verdicts[n] = verdicts[n] or verdict
        count_private_use(cells, table.column_refs[name], first + 1, table.tally)
        cells, count = visible(cells)
        table.tally.invisible += count
        arrays.append(cells)
    texts = [_whole(row, verdict) for row, verdict in zip(body, verdicts, strict=True)]
    if header.head:
        _count_unclaimed(across, claimed, texts, table)
        table.notes += hidden_notes(sheet, first, stop, claimed)
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


def _whole(row: CellRow, verdict: str | None) -> str | None:
    """All cells of a row whose columns are not those of the header; None for other rows, whose cells stand under theirs."""
    if verdict == "repeated_header":
        return ",".join(filter(None, row))
    return ",".join(cell or "" for cell in row) if verdict and verdict.startswith("another_header:") else None


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
    first_row: int,
    body: Sequence[CellRow],
    verdicts: list[str | None],
    header: Header,
    contract: Contract,
    layout: FileLayout,
) -> None:
    """Rows of the head that are printed again; below a header with its columns in other places nothing is data."""
    markers = Markers(contract, header)
    starts = {next(cell for cell in row.cells if cell)[0] for row in header.head if any(row.cells)}
    parts = (part for column in contract.columns for text in column.headers for part in (text, *text.split("/")))
    names = {normalise(part)[:1] for part in parts} | {"*"}
    for n, row in enumerate(body):
        first = next(filter(None, row), None)
        if first is None:
            continue
        is_head = first[0] in starts and markers.is_head(row)
        found = names_columns(body, n, contract, layout) if first[0] in names else {}
        is_moved = any(
            header.positions[name] not in places for name, places in found.items() if name in header.positions
        )
        if is_head and not is_moved:
            verdicts[n] = "repeated_header"
        elif found:
            verdicts[n] = "repeated_header"
            for above in range(max(0, n - layout.header_rows + 1), n):
                if count_names(body[above], contract):
                    verdicts[above] = "repeated_header"
            for below in range(n + 1, len(body)):
                verdicts[below] = f"another_header:第 {first_row + n + 1} 行" if any(body[below]) else None
            return


def _count_unclaimed(
    across: Sequence[Sequence[str | None]], claimed: set[int], texts: Sequence[str | None], table: PlainTable
) -> None:
    """The filled cells below a header that no column claims, or below none at all, but for rows that are kept whole."""
    for place, cells in enumerate(across):
        if place not in claimed and (
            count := sum(cell is not None and text is None for cell, text in zip(cells, texts, strict=True))
        ):
            table.tally.unclaimed[place] += count
            if names_units(header := table.header.extra.get(place, "")):
                words = [cell for cell, text in zip(cells, texts, strict=True) if cell and text is None]
                table.tally.add_unit_words({header: some_words(pa.array(words, pa.string()))})
