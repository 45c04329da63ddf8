"""Read a sheet that is laid out like a matrix: each cell of its body is a row to land, whether it is filled or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.header import SEARCHED_ROWS, find_header
from dagster_project.ingestion.row_notes import Markers
from dagster_project.ingestion.row_widths import odd_lengths
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_rows import (
    CellRow,
    SheetCells,
    SheetPart,
    SheetRow,
    no_data,
    note_in,
    of_columns,
)
from dagster_project.ingestion.text_table import Header, column_letter


def read_matrix(sheet: SheetCells, contract: Contract, layout: FileLayout) -> SheetPart:
    """The cells of a matrix below its header, row by row; rows without data are accounted for once each.

    Raises:
        Refused: no row holds the headers of the columns that name the rows, or no column stands across.
    """
    matrix = layout.matrix
    assert matrix is not None, "only a matrix is read as one"
    one_row = layout.model_copy(update={"header_rows": 1})
    header = find_header(sheet.rows[:SEARCHED_ROWS], of_columns(contract, matrix.rows), one_row)
    above, body_start = _across(sheet.rows, header.rows - 1, header.positions, len(matrix.across))
    if not above:
        raise Refused("missing_columns", detail="、".join(contract.column(name).headers[0] for name in matrix.across))
    filled = sheet.merged_down(body_start)
    named = set(header.positions.values())
    rows = [_head_row(n, row, header) for n, row in enumerate(sheet.rows[:body_start])]
    odd = odd_lengths(sheet.rows[body_start:], sheet.lengths[body_start:], Markers(contract)) if sheet.lengths else {}
    unclaimed: Counter[int] = Counter()
    for n in range(body_start, len(sheet.rows)):
        row = sheet.rows[n]
        if n - body_start in odd:
            rows.append(no_data(n + 1, row, odd[n - body_start]))
            continue
        verdict = note_in(row, header.positions | {str(place): place for place in above}, contract)
        if verdict:
            rows.append(no_data(n + 1, row, verdict))
            continue
        unclaimed.update(place for place, cell in enumerate(row) if cell and place not in above and place not in named)
        about = {name: filled[n][place] for name, place in header.positions.items()}
        for place, texts in above.items():
            cells = about | dict(zip(matrix.across, texts, strict=True)) | {matrix.value: row[place]}
            rows.append(SheetRow(n + 1, cells, column_letter(place)))
    refs = {name: f"{column_letter(place)}列" for name, place in header.positions.items()}
    in_the_body = [*matrix.across, matrix.value]
    first = min(above)
    unit = header.unit or layout.unit
    if unit is None and contract.column(matrix.value).type == "money":
        raise Refused("unknown_unit", detail="表中没有单位行,约定也没有规定")
    header = replace(
        header,
        head=(),
        positions=header.positions | dict.fromkeys(in_the_body, first),
        texts=header.texts | {name: contract.column(name).headers[0] for name in in_the_body},
        extra={},
        unit=unit,
    )
    return SheetPart(sheet.name, header, refs, rows, unclaimed)


def _head_row(n: int, row: CellRow, header: Header) -> SheetRow:
    """A row above the body of the matrix, by what the header found it to be; groups and names across belong to the header."""
    verdict = header.head[n].verdict if n < len(header.head) else "header"
    return no_data(n + 1, row, "title" if verdict == "above_header" else verdict)


def _across(
    rows: Sequence[CellRow], at: int, named: Mapping[str, int], levels: int
) -> tuple[dict[int, tuple[str | None, ...]], int]:
    """The header texts above each column of the body, and the number of the first row of the body.

    Args:
        rows: all rows of the sheet.
        at: the row with the headers of the columns that name the rows.
        named: where those stand.
        levels: 2 where groups merged across stand above the names.
    """
    taken = set(named.values())
    if levels == 1:
        return {place: (text,) for place, text in enumerate(rows[at]) if text and place not in taken}, at + 1
    below = rows[at + 1] if at + 1 < len(rows) else []
    # Headers merged downwards keep their text in the upper row, and the row below holds only names.
    names_are_below = any(below) and not any(below[place] for place in taken)
    inner_at = at + 1 if names_are_below else at
    groups = rows[inner_at - 1] if inner_at else [None] * len(rows[0])
    above: dict[int, tuple[str | None, ...]] = {}
    group: str | None = None
    for place, name in enumerate(rows[inner_at]):
        if place in taken:
            group = None
            continue
        group = groups[place] or group
        if name or groups[place]:
            above[place] = (group, name)
    return above, inner_at + 1
