"""Read a sheet that is laid out like a matrix: each cell of its body is a row to land, whether it is filled or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dagster_project.contracts import Contract, FileLayout, Matrix
from dagster_project.ingestion.header import SEARCHED_ROWS, find_header, names_columns
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.merged_cells import fill_merged, hidden_notes, spread_over_body
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
    unclaimed_cells,
)
from dagster_project.ingestion.text_table import Header, column_letter

REMARKS = ("备注", "说明", "附注")
"""Headers of a column beside the body that is no value of it."""


@dataclass(frozen=True)
class MatrixBody:
    """Where the body of a matrix stands: the texts above each of its columns, its first row, and the headers of columns that belong to none."""

    above: dict[int, tuple[str | None, ...]]
    start: int
    extra: dict[int, str]


def read_matrix(sheet: SheetCells, contract: Contract, layout: FileLayout) -> SheetPart:
    """The cells of a matrix below its header, row by row; rows without data are accounted for once each.

    A date, code or text that is merged over several cells of the body holds for each of them; an amount or a number counts in the first, and the
    others are rejected.

    Raises:
        Refused: no row holds the headers of the columns that name the rows, or no column stands across.
    """
    matrix = layout.matrix
    assert matrix is not None, "only a matrix is read as one"
    header, part = matrix_body(sheet.rows, contract, layout)
    value = contract.column(matrix.value)
    body = list(sheet.rows[part.start :])
    verdicts = _verdicts(sheet, part, header, contract, layout)
    named = {place: contract.column(name) for name, place in header.positions.items()}
    notes = [
        note
        for note in fill_merged(sheet, part.start, body, verdicts, named, Markers(contract))
        if note.rule != "merged_cells"
    ]
    merged, told = spread_over_body(sheet, part.start, body, verdicts, value, part.above)
    claimed = {*named, *part.above}
    notes += [*told, *hidden_notes(sheet, 0, len(sheet.rows), claimed)]
    rows = [_head_row(n, row, header) for n, row in enumerate(sheet.rows[: part.start])]
    for n, (row, verdict) in enumerate(zip(body, verdicts, strict=True)):
        number = part.start + n + 1
        if verdict:
            rows.append(no_data(number, sheet.rows[number - 1], verdict))
            continue
        about = {name: row[place] for name, place in header.positions.items()}
        for place, texts in part.above.items():
            cells = about | dict(zip(matrix.across, texts, strict=True)) | {matrix.value: row[place]}
            rejected = merged.get((n, place))
            text = ",".join(filter(None, cells.values())) if rejected else None
            rows.append(SheetRow(number, {} if rejected else cells, column_letter(place), rejected, text))
    refs = {name: f"{column_letter(place)}列" for name, place in header.positions.items()}
    in_the_body = [*matrix.across, matrix.value]
    first = min(part.above)
    unit = header.unit or layout.unit
    if unit is None and value.type == "money":
        raise Refused("unknown_unit", detail="表中没有单位行,约定也没有规定")
    header = replace(
        header,
        head=(),
        positions=header.positions | dict.fromkeys(in_the_body, first),
        texts=header.texts | {name: contract.column(name).headers[0] for name in in_the_body},
        extra=part.extra,
        unit=unit,
    )
    return SheetPart(sheet.name, header, refs, rows, unclaimed_cells(body, verdicts, claimed), notes)


def matrix_body(rows: Sequence[CellRow], contract: Contract, layout: FileLayout) -> tuple[Header, MatrixBody]:
    """The header of the columns that name the rows, and where the body stands.

    Raises:
        Refused: no row holds those headers, or no column stands across.
    """
    matrix = layout.matrix
    assert matrix is not None, "only a matrix is read as one"
    one_row = layout.model_copy(update={"header_rows": 1})
    header = find_header(rows[:SEARCHED_ROWS], of_columns(contract, matrix.rows), one_row)
    body = _across(rows, header.rows - 1, header.positions, contract, matrix)
    if not body.above:
        raise Refused("missing_columns", detail="、".join(contract.column(name).headers[0] for name in matrix.across))
    return header, body


def _verdicts(
    sheet: SheetCells, part: MatrixBody, header: Header, contract: Contract, layout: FileLayout
) -> list[str | None]:
    """What each row below the head is that is no data, or why it is rejected; None for data."""
    lengths = sheet.lengths[part.start :]
    odd = odd_lengths(sheet.rows[part.start :], lengths, Markers(contract)) if lengths else {}
    head = [_filled(row) for row in sheet.rows[: part.start] if any(row)]
    places = header.positions | {str(place): place for place in part.above}
    body = sheet.rows[part.start :]
    verdicts = [
        "repeated_header" if _filled(row) in head else odd.get(n) or note_in(row, places, contract)
        for n, row in enumerate(body)
    ]
    _end_at_another_head(body, verdicts, part.start, layout, of_columns(contract, list(header.positions)))
    return verdicts


def _filled(row: CellRow) -> list[str]:
    return [cell for cell in row if cell]


def _end_at_another_head(
    body: Sequence[CellRow], verdicts: list[str | None], first: int, layout: FileLayout, of_rows: Contract
) -> None:
    """Below a head that is another one than that of the matrix, nothing is read: its columns may be others."""
    one_row = layout.model_copy(update={"header_rows": 1})
    for n in range(len(body)):
        if verdicts[n] != "repeated_header" and names_columns(body, n, of_rows, one_row):
            verdicts[n] = "repeated_header"
            for below in range(n + 1, len(body)):
                verdicts[below] = f"another_header:第 {first + n + 1} 行" if any(body[below]) else "blank"
            return


def _head_row(n: int, row: CellRow, header: Header) -> SheetRow:
    """A row above the body of the matrix, by what the header found it to be; groups and names across belong to the header."""
    verdict = header.head[n].verdict if n < len(header.head) else "header"
    return no_data(n + 1, row, "title" if verdict == "above_header" else verdict)


def _across(
    rows: Sequence[CellRow], at: int, named: Mapping[str, int], contract: Contract, matrix: Matrix
) -> MatrixBody:
    """The header texts above each column of the body, the number of its first row, and the headers of other columns.

    A column left of the last one that names the rows (序号) is none of the body, nor is one of totals or remarks, nor, below
    groups, one without a name of its own.

    Args:
        rows: all rows of the sheet.
        at: the row with the headers of the columns that name the rows.
        named: where those stand.
        contract: of the ledger.
        matrix: of its layout.
    """
    taken = set(named.values())
    if len(matrix.across) == 1:
        found: dict[int, tuple[str | None, ...]] = {p: (text,) for p, text in enumerate(rows[at]) if text}
        start = at + 1
    else:
        found, start = _grouped(rows, at, taken)
    markers = Markers(contract)
    above: dict[int, tuple[str | None, ...]] = {}
    extra: dict[int, str] = {}
    is_owed = all(contract.column(name).required for name in matrix.across)
    for place, texts in found.items():
        words = [normalise(text) for text in texts if text]
        is_none = place < max(taken) or (is_owed and not all(texts))
        if place in taken:
            continue
        if is_none or words[-1] in REMARKS or any(markers.status([word]) == "subtotal" for word in words):
            extra[place] = "/".join(text for text in texts if text)
        else:
            above[place] = texts
    return MatrixBody(above, start, extra)


def _grouped(rows: Sequence[CellRow], at: int, taken: set[int]) -> tuple[dict[int, tuple[str | None, ...]], int]:
    """The group and the name above each column, and the number of the first row of the body."""
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
