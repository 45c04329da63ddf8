"""Read a sheet that is laid out like a form: labels with their values beside or below them, and perhaps a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.form_labels import Found, Labelled, Labels
from dagster_project.ingestion.forms_beside import forms_beside, label_blocks, refuse_beside
from dagster_project.ingestion.header import SEARCHED_ROWS, find_header, names_columns
from dagster_project.ingestion.merged_cells import fill_merged, hidden_notes
from dagster_project.ingestion.row_notes import Markers
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
from dagster_project.ingestion.units import agreed_units, stated_unit

LABEL_ROW = "label"


def read_forms(sheet: SheetCells, contract: Contract, layout: FileLayout) -> list[SheetPart]:
    """The forms of a sheet, side by side or one below the other: each begins with its own labels above its own table.

    Rows without data are those of the first of the forms that stand beside each other.

    Raises:
        Refused: as :func:`read_form`, for any of them; or several stand side by side and cannot be told apart.
    """
    parts: list[SheetPart] = []
    try:
        for place, beside in enumerate(forms_beside(sheet, contract, layout, table_columns(contract, layout))):
            for bounds in _blocks(beside, contract, layout):
                part = read_form(beside.slice(*bounds), contract, layout)
                held = [row for row in part.rows if place == 0 or row.verdict not in (LABEL_ROW, "blank")]
                parts.append(replace(part, rows=held))
    except Refused as refusal:
        refuse_beside(refusal, sheet, contract, layout)
        raise
    return parts


def _blocks(sheet: SheetCells, contract: Contract, layout: FileLayout) -> list[tuple[int, int]]:
    """The first row of each form, and the row behind its last."""
    assert layout.form is not None, "only a form is read as one"
    rows, labels, starts = sheet.rows, Labels(contract, layout.form), [0]
    if table := table_columns(contract, layout):
        of_table = of_columns(contract, table)
        heads = [n for n in range(len(rows)) if names_columns(rows, n, of_table, layout)]
        for above, head in pairwise(heads):
            first = None
            for n in range(head - 1, above, -1):
                filled = [cell for cell in rows[n] if cell]
                has_label = any(labels.name(cell) for cell in filled)
                first = n if has_label else first
                if len(filled) > 1 and not has_label:
                    break
            if first is not None:
                is_titled = sum(map(bool, rows[first - 1])) == 1 and first - 1 > above
                starts.append(first - is_titled)
    else:
        starts = label_blocks(sheet, labels)
    return list(zip(starts, [*starts[1:], len(rows)], strict=True))


def table_columns(contract: Contract, layout: FileLayout) -> list[str]:
    """The columns of the table of a form, those that have no label."""
    assert layout.form is not None, "only a form is read as one"
    return [column.name for column in contract.columns if column.name not in layout.form.labels]


def read_form(sheet: SheetCells, contract: Contract, layout: FileLayout) -> SheetPart:
    """The rows of a form: those of its table, each with the values of the labels; without a table, one row.

    All rows of the sheet are accounted for: title, labels and header are notes.

    Raises:
        Refused: a required label or column is missing, a label has two values, or the unit of an amount is unknown.
    """
    assert layout.form is not None, "only a form is read as one"
    labels = Labels(contract, layout.form)
    table = table_columns(contract, layout)
    header, body_start = Header(0, {}, {}, 0), len(sheet.rows)
    if table:
        header = find_header(sheet.rows[:SEARCHED_ROWS], of_columns(contract, table), layout)
        body_start = header.rows
    head_end = body_start - layout.header_rows if table else body_start
    above = labels.find(sheet, range(head_end), first_cell_only=False)
    below = labels.find(sheet, range(body_start, len(sheet.rows)), first_cell_only=True, known=set(above.labels))
    found = Found(above.labels | below.labels, set(range(body_start)) | below.rows, above.cells | below.cells)
    if missing := labels.missing(found.labels):
        raise Refused("missing_labels", detail="、".join(missing))
    values = {name: labelled.value for name, labelled in found.labels.items()}
    notes = labels.unread(sheet, {*range(head_end), *below.rows}, found.cells)
    notes += hidden_notes(sheet, 0, len(sheet.rows), {*header.positions.values(), *(p for _, p in found.cells)})
    unclaimed: Mapping[int, int] = {}
    if table:
        body = list(sheet.rows[body_start:])
        verdicts = _verdicts(body, body_start, found.rows, header, contract)
        at = {place: contract.column(name) for name, place in header.positions.items()}
        merged = fill_merged(sheet, body_start, body, verdicts, at, Markers(contract))
        notes += [note for note in merged if note.rule != "merged_cells"]  # the layout of a form, and no news
        rows = _table_rows(sheet, body, verdicts, header, values)
        unclaimed = unclaimed_cells(body, verdicts, set(at))
    else:
        at_row = found.labels[contract.key[0]].row
        rows = [
            SheetRow(n + 1, values) if n == at_row else no_data(n + 1, row, LABEL_ROW)
            for n, row in enumerate(sheet.rows)
        ]
    header = _with_labels(header, found.labels, contract, layout, sheet.rows[:head_end])
    refs = {name: f"{column_letter(place)}列" for name, place in header.positions.items() if name in table}
    refs |= {
        name: f"{column_letter(each.place)}{each.row + 1 + sheet.above}单元格" for name, each in found.labels.items()
    }
    rows = [replace(row, row=row.row + sheet.above) for row in rows] if sheet.above else rows
    return SheetPart(sheet.name, header, refs, rows, unclaimed, notes)


def _verdicts(
    body: Sequence[CellRow], first: int, apart: set[int], header: Header, contract: Contract
) -> list[str | None]:
    """What each row below the header is that is no data: a row of labels, a head printed again, a note; None for data."""
    markers = Markers(contract, header)
    return [
        LABEL_ROW
        if n in apart
        else "repeated_header"
        if markers.is_head(row)
        else note_in(row, header.positions, contract)
        for n, row in enumerate(body, start=first)
    ]


def _table_rows(
    sheet: SheetCells,
    body: Sequence[CellRow],
    verdicts: Sequence[str | None],
    header: Header,
    values: dict[str, str | None],
) -> list[SheetRow]:
    """Every row of the sheet; those above the body hold the labels and the header."""
    rows = [no_data(n + 1, row, LABEL_ROW) for n, row in enumerate(sheet.rows[: header.rows])]
    for n, (row, verdict) in enumerate(zip(body, verdicts, strict=True), start=header.rows):
        if verdict:
            rows.append(no_data(n + 1, sheet.rows[n], verdict))
        else:
            rows.append(SheetRow(n + 1, values | {name: row[p] for name, p in header.positions.items()}))
    return rows


def _with_labels(
    header: Header, found: dict[str, Labelled], contract: Contract, layout: FileLayout, head: Sequence[CellRow]
) -> Header:
    """The header of the table together with the labels."""
    unit = header.unit or stated_unit(head) or layout.unit
    money = [column.name for column in contract.columns if column.type == "money" and column.name in found]
    units = {name: stated for name in money if (stated := found[name].unit)}
    agreed_units(stated_unit(head), units, {name: found[name].text for name in units})
    if unit is None and any(name not in units for name in money):
        raise Refused("unknown_unit", detail="表中没有单位行,约定也没有规定")
    return replace(
        header,
        head=(),  # every row of a form is accounted for as one
        positions=header.positions | {name: labelled.place for name, labelled in found.items()},
        texts=header.texts | {name: labelled.text for name, labelled in found.items()},
        unit=unit,
        contract_unit=layout.unit,
        column_units=header.column_units | units,
    )
