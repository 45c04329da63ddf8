"""Read a sheet that is laid out like a form: labels with their values beside or below them, and perhaps a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dagster_project.contracts import Contract, FileLayout, Form
from dagster_project.ingestion.header import SEARCHED_ROWS, find_header
from dagster_project.ingestion.header_names import normalise
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
from dagster_project.ingestion.units import agreed_units, split_unit, stated_unit

LABEL_ROW = "label"
VALUE_IN_THE_SAME_CELL = re.compile("([^:\uff1a]+)[:\uff1a](.+)", re.DOTALL)


@dataclass(frozen=True)
class _Labelled:
    """A value with its label: the text of the label, the unit it states, and where the value stands or would stand."""

    text: str
    unit: str | None
    value: str | None
    row: int
    place: int


def read_form(sheet: SheetCells, contract: Contract, layout: FileLayout) -> SheetPart:
    """The rows of a form: those of its table, each with the values of the labels; without a table, one row.

    All rows of the sheet are accounted for: title, labels and header are notes.

    Raises:
        Refused: a required label or column is missing, a label has two values, or the unit of an amount is unknown.
    """
    assert layout.form is not None, "only a form is read as one"
    labels = _Labels(contract, layout.form)
    table = [column.name for column in contract.columns if column.name not in layout.form.labels]
    header, body_start = Header(0, {}, {}, 0), len(sheet.rows)
    if table:
        header = find_header(sheet.rows[:SEARCHED_ROWS], of_columns(contract, table), layout)
        body_start = header.rows
    head_end = body_start - layout.header_rows if table else body_start
    found, _ = labels.find(sheet.rows, range(head_end), first_cell_only=False)
    more, rows_below = labels.find(
        sheet.rows, range(body_start, len(sheet.rows)), first_cell_only=True, known=set(found)
    )
    found |= more
    if missing := labels.missing(found):
        raise Refused("missing_labels", detail="、".join(missing))
    values = {name: labelled.value for name, labelled in found.items()}
    apart = set(range(body_start)) | rows_below
    if table:
        rows = list(_table_rows(sheet, contract, header, apart, values))
    else:
        at = found[contract.key[0]].row
        rows = [
            SheetRow(n + 1, values) if n == at else no_data(n + 1, row, LABEL_ROW) for n, row in enumerate(sheet.rows)
        ]
    header = _with_labels(header, found, contract, layout, sheet.rows[:head_end])
    refs = {name: f"{column_letter(place)}列" for name, place in header.positions.items() if name in table}
    refs |= {name: f"{column_letter(each.place)}{each.row + 1}单元格" for name, each in found.items()}
    return SheetPart(sheet.name, header, refs, rows)


def _table_rows(
    sheet: SheetCells, contract: Contract, header: Header, apart: set[int], values: dict[str, str | None]
) -> list[SheetRow]:
    """Every row of the sheet; those set apart hold the labels and the header."""
    filled = sheet.merged_down(header.rows)
    rows = []
    for n, row in enumerate(sheet.rows):
        verdict = LABEL_ROW if n in apart else note_in(row, header.positions, contract)
        if verdict:
            rows.append(no_data(n + 1, row, verdict))
        else:
            rows.append(SheetRow(n + 1, values | {name: filled[n][p] for name, p in header.positions.items()}))
    return rows


def _with_labels(
    header: Header, found: dict[str, _Labelled], contract: Contract, layout: FileLayout, head: Sequence[CellRow]
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


class _Labels:
    """The labels that a contract declares, and how they are found among cells."""

    def __init__(self, contract: Contract, form: Form):
        self.form = form
        self.columns = [contract.column(name) for name in form.labels]
        self.by_text = {normalise(header).rstrip(":"): c.name for c in self.columns for header in c.headers}

    def missing(self, found: dict[str, _Labelled]) -> list[str]:
        """The texts of required labels that were not found."""
        return [column.headers[0] for column in self.columns if column.required and column.name not in found]

    def find(
        self, rows: Sequence[CellRow], among: range, *, first_cell_only: bool, known: set[str] | None = None
    ) -> tuple[dict[str, _Labelled], set[int]]:
        """The labels in some rows, and which rows they take up.

        Args:
            rows: all rows of the sheet.
            among: the numbers of the rows to look at, from 0.
            first_cell_only: below a table, a row has labels only if its first filled cell is one: else it is a row of the table.
            known: labels that were found before and are not looked for.

        Raises:
            Refused: a label stands twice with different values.
        """
        found: dict[str, _Labelled] = {}
        taken: set[int] = set()
        for n in among:
            first = next((place for place, cell in enumerate(rows[n]) if cell), None)
            if first is None or (first_cell_only and self._name(rows[n][first]) in (None, *(known or ()))):
                continue
            for place in range(first, len(rows[n])):
                name = self._name(rows[n][place])
                if name is None or name in (known or ()):
                    continue
                labelled = self._labelled(rows, n, place)
                if name in found and found[name].value != labelled.value:
                    raise Refused("duplicate_label", value=labelled.text, row=n + 1)
                found.setdefault(name, labelled)
                taken |= {n, labelled.row}
        return found, taken

    def _name(self, cell: str | None) -> str | None:
        """The column whose label a cell holds, with its value behind a colon or without."""
        return self._split(cell)[0] if cell else None

    def _split(self, cell: str) -> tuple[str | None, str, str | None]:
        """Column, text of the label and value in the same cell; no column where the cell is no label."""
        match = VALUE_IN_THE_SAME_CELL.fullmatch(cell)
        for text, value in ((cell, None), match.groups() if match else (cell, None)):
            plain = normalise(text).rstrip(":")
            if name := self.by_text.get(plain) or self.by_text.get(split_unit(plain)[0]):
                return name, text.rstrip(":\uff1a "), value.strip() if value else None
        return None, cell, None

    def _labelled(self, rows: Sequence[CellRow], n: int, place: int) -> _Labelled:
        cell = rows[n][place]
        assert cell is not None, "a label has a text"
        _, text, value = self._split(cell)
        unit = split_unit(normalise(text))[1]
        if value is not None:
            return _Labelled(text, unit, value, n, place)
        if self.form.values == "below":
            row, at = min(n + 1, len(rows) - 1), place
        else:
            row, at = n, next((p for p in range(place + 1, len(rows[n])) if rows[n][p]), place)
        candidate = rows[row][at] if (row, at) != (n, place) else None
        if candidate is None or self._name(candidate) or normalise(candidate).endswith(":"):
            return _Labelled(text, unit, None, n, place)
        return _Labelled(text, unit, candidate, row, at)
