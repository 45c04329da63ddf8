"""The labels of a form: how they are found among cells, which cell is the value of each, and which cells belong to none."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dagster_project.contracts import Contract, Form
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.sheet_facts import Place
from dagster_project.ingestion.sheet_rows import CellRow, SheetCells
from dagster_project.ingestion.text_table import Note, cell_addresses, column_letter
from dagster_project.ingestion.units import split_unit, units_in

VALUE_IN_THE_SAME_CELL = re.compile("([^:\uff1a]+)[:\uff1a](.+)", re.DOTALL)
LIKE_A_LABEL = re.compile("[^0-9]{1,12}")
"""A short text without digits, behind an empty cell: it may be a label that the contract does not know."""
SAME_CELL, NEXT = 0, 1
"""How far a value stands from its label where no cell lies between them."""


@dataclass(frozen=True)
class Labelled:
    """A value with its label: the text of the label, the unit it states, and where the value stands or would stand.

    ``gap`` is how many columns lie between the end of the label and the value, ``is_doubtful`` whether the value may be another label.
    """

    text: str
    unit: str | None
    value: str | None
    row: int
    place: int
    gap: int = NEXT
    is_doubtful: bool = False


@dataclass(frozen=True)
class Found:
    """The labels by column, the rows that they take up, and the cells that are label or value."""

    labels: dict[str, Labelled]
    rows: set[int]
    cells: set[Place]


class Labels:
    """The labels that a contract declares."""

    def __init__(self, contract: Contract, form: Form):
        self.form = form
        self.columns = [contract.column(name) for name in form.labels]
        self.by_text = {normalise(header).rstrip(":"): c.name for c in self.columns for header in c.headers}

    def missing(self, found: Collection[str]) -> list[str]:
        """The texts of required labels that were not found."""
        return [column.headers[0] for column in self.columns if column.required and column.name not in found]

    def find(
        self, sheet: SheetCells, among: range, *, first_cell_only: bool, known: Collection[str] = frozenset()
    ) -> Found:
        """The labels in some rows.

        Args:
            sheet: all its rows.
            among: the numbers of the rows to look at, from 0.
            first_cell_only: below a table, a row has labels only if its first filled cell is one: else it is a row of the table.
            known: labels that were found before and are not looked for.

        Raises:
            Refused: a label stands twice with different values.
        """
        rows = sheet.rows
        ends = {(top, left): right for (top, left), (_, right) in sheet.merged}
        found = Found({}, set(), set())
        for n in among:
            first = next((place for place, cell in enumerate(rows[n]) if cell), None)
            if first is None or (first_cell_only and self.name(rows[n][first]) in (None, *known)):
                continue
            for place in range(first, len(rows[n])):
                name = self.name(rows[n][place])
                if name is None or name in known:
                    continue
                labelled = self._labelled(rows, n, place, ends)
                if name in found.labels and found.labels[name].value != labelled.value:
                    raise Refused("duplicate_label", value=labelled.text, row=n + 1 + sheet.above)
                found.labels.setdefault(name, labelled)
                found.rows.update((n, labelled.row))
                found.cells.update(((n, place), (labelled.row, labelled.place)))
        return _without_doubtful(found)

    def name(self, cell: str | None) -> str | None:
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

    def _labelled(self, rows: Sequence[CellRow], n: int, place: int, ends: dict[Place, int]) -> Labelled:
        cell = rows[n][place]
        assert cell is not None, "a label has a text"
        _, text, value = self._split(cell)
        unit = split_unit(normalise(text))[1]
        nothing = Labelled(text, unit, None, n, place)
        if value is not None:
            return replace(nothing, value=value, gap=SAME_CELL)
        if self.form.values == "below":
            row, at, gap = min(n + 1, len(rows) - 1), place, NEXT
        else:
            end = ends.get((n, place), place)
            if (n, end + 1) in ends and not (end + 1 < len(rows[n]) and rows[n][end + 1]):
                return nothing  # the cells of its value are merged, and empty
            row, at = n, next((p for p in range(end + 1, len(rows[n])) if rows[n][p]), place)
            gap = at - end
        candidate = rows[row][at] if (row, at) != (n, place) else None
        if candidate is None or self.name(candidate) or normalise(candidate).endswith(":"):
            return nothing
        may_be_label = gap > NEXT and _may_be_label(candidate)
        if may_be_label and self._is_followed(rows[row][at + 1 :]):
            return nothing
        # labels with a colon have neighbours with one
        is_doubtful = may_be_label and (
            not normalise(cell).endswith(":") or bool(VALUE_IN_THE_SAME_CELL.fullmatch(candidate))
        )
        return Labelled(text, unit, candidate, row, at, gap, is_doubtful)

    def _is_followed(self, behind: CellRow) -> bool:
        """Whether the next filled cell behind a text is no label that the contract knows, so that it may be the value of that text."""
        after = next((cell for cell in behind if cell), None)
        return after is not None and self.name(after) is None and not normalise(after).endswith(":")

    def unread(self, sheet: SheetCells, among: Collection[int], claimed: Collection[Place]) -> list[Note]:
        """What is to be told of cells in the rows of labels that are neither label nor value; a row of one text is a title or a note."""
        places = []
        for n in sorted(among):
            filled = [place for place, cell in enumerate(sheet.rows[n]) if cell]
            if len(filled) > 1:
                places += [(n, p) for p in filled if (n, p) not in claimed and not units_in(sheet.rows[n][p] or "")]
        if not places:
            return []
        at = [(n + sheet.above, place) for n, place in places]
        first = at[0]
        return [
            Note(
                "form_cells_unread", value=f"{len(places):,}", detail=cell_addresses(at), sheet=sheet.name,
                row=first[0] + 1, column_ref=f"{column_letter(first[1])}列",
            )
        ]  # fmt: skip


def _may_be_label(text: str) -> bool:
    """Whether a text behind an empty cell may itself be a label, with its value in the same cell or behind it."""
    match = VALUE_IN_THE_SAME_CELL.fullmatch(text)
    return bool(LIKE_A_LABEL.fullmatch(match[1] if match else text))


def _without_doubtful(found: Found) -> Found:
    """Where other values stand right beside their labels, a text further away that may be a label is no value."""
    gaps = (each.gap for each in found.labels.values() if each.value is not None and each.gap != SAME_CELL)
    nearest = min(gaps, default=NEXT)
    for name, each in found.labels.items():
        if each.is_doubtful and each.gap > nearest:
            found.cells.discard((each.row, each.place))
            found.labels[name] = replace(each, value=None)
    return found
