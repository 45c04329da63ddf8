"""One sheet of a workbook as cells, and what the readers of forms, matrices and several sheets make of it, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dagster_project.contracts import Contract
from dagster_project.ingestion.foot_words import foot_of, lacks_owed, signs
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.row_notes import Markers
from dagster_project.ingestion.text_table import EVERY_ROW, Header, Note

CellRow = Sequence[str | None]


@dataclass(frozen=True)
class SheetCells:
    """The cells of one sheet as trimmed text from its first row on; a text file is one sheet without a name.

    ``merged`` holds the first and the last (row, column) of merged cells, where the format of the file tells; ``lengths`` how
    many cells each row of a text has, all of them with those that are empty; ``partly_struck`` are the places of cells of whose
    text a part is struck out. ``above`` is how many rows of the sheet stand above the first one here.
    """

    name: str
    rows: Sequence[CellRow]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    lengths: Sequence[int] = ()
    partly_struck: Sequence[tuple[int, int]] = ()
    above: int = 0

    @property
    def filled_rows(self) -> int:
        """How many rows hold anything."""
        return sum(any(row) for row in self.rows)

    def slice(self, start: int, stop: int) -> SheetCells:
        """Some of its rows as a sheet of their own; cells that are merged beyond them are not known as merged."""
        within = [
            ((top - start, left), (bottom - start, right))
            for (top, left), (bottom, right) in self.merged
            if start <= top and bottom < stop
        ]
        hidden = frozenset(n - start for n in self.hidden_rows if start <= n < stop)
        return replace(self, rows=self.rows[start:stop], merged=within, hidden_rows=hidden, above=self.above + start)


@dataclass(frozen=True)
class SheetRow:
    """One row to land, or one row that is accounted for: ``row`` counts from 1, ``column`` is the letter of a matrix cell.

    ``verdict`` is a status of a row that is no data, or ``rule:detail`` of one that is rejected; ``text`` is then what it says.
    """

    row: int
    cells: Mapping[str, str | None] = field(default_factory=dict)
    column: str | None = None
    verdict: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class SheetPart:
    """What one sheet gives: its rows, its header, where each column stands, in words, the filled cells of no column, by place, and what is to be told."""

    name: str
    header: Header
    column_refs: Mapping[str, str]
    rows: Sequence[SheetRow]
    unclaimed: Mapping[int, int] = field(default_factory=dict)
    notes: Sequence[Note] = ()

    @property
    def bounds(self) -> tuple[int, int]:
        """Its first and its last row in the sheet."""
        return (self.rows[0].row, self.rows[-1].row) if self.rows else EVERY_ROW


def of_columns(contract: Contract, names: Sequence[str]) -> Contract:
    """The contract as if it had only these columns: what a table beside labels is found by."""
    return contract.model_copy(update={"columns": [column for column in contract.columns if column.name in names]})


def is_data(row: CellRow, markers: Markers) -> bool:
    """Whether a row may be data by its own cells, before those of merged ones are filled in."""
    filled = [plain for cell in row if cell and (plain := normalise(cell))]
    return bool(filled) and markers.status(filled) is None


def no_data(number: int, row: CellRow, verdict: str) -> SheetRow:
    """A row that is accounted for without being data; an empty one is always blank."""
    filled = [cell for cell in row if cell]
    return SheetRow(number, verdict=verdict if filled else "blank", text=",".join(filled) or None)


def note_in(row: CellRow, places: Mapping[str, int], contract: Contract) -> str | None:
    """What a row below the header is when it is no data: blank, subtotal, footnote or unit; None for data.

    Args:
        row: all cells of the row.
        places: where the columns of the table stand.
        contract: whose markers and key apply; a row with a key beside its marker is data.
    """
    filled = [cell for cell in row if cell]
    if not filled:
        return "blank"
    if not any(row[place] for place in places.values()):
        return "footnote"
    keys = [row[places[name]] for name in contract.key if name in places]
    if any(cell and cell != filled[0] and not signs(normalise(cell)) for cell in keys):
        return None
    markers, plain = Markers(contract), [normalise(cell) for cell in filled]
    if status := markers.marked(plain):
        return status
    foot = foot_of(plain)
    is_whole = not lacks_owed(contract, lambda name: row[places[name]], list(places))
    return None if foot == "footnote" and is_whole and len(filled) > 1 else foot


def unclaimed_cells(body: Sequence[CellRow], verdicts: Sequence[str | None], claimed: Collection[int]) -> Counter[int]:
    """How many cells of rows of data no column claims, by place."""
    return Counter(
        place
        for row, verdict in zip(body, verdicts, strict=True)
        if not verdict
        for place, cell in enumerate(row)
        if cell and place not in claimed
    )
