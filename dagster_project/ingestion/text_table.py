"""What every reader yields: the file as a stream of text cells, each row with its physical number in the file."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.ingestion.rules import Refused

SHEET, NUMBER, COLUMN = "_sheet", "_no", "_column"
"""In files of several sheets, forms and matrices: the sheet, the number among all rows of the file, the letter of a matrix cell."""
PLACE = "_place"
PERIOD_DAYS = ("_first_day", "_last_day")
HEADS = "_heads"
"""Of small files that are judged together: which of them a row is of, the days of its period, and its head as it may be printed again."""
ROW = "_row"
IRREGULAR = "_irregular"
VERDICT = "_verdict"
RAW_LINE = "_line"
SPREADSHEET_EPOCH = dt.date(1899, 12, 30)
"""The day that serial 0 stands for, unless a workbook says otherwise."""
MOST_COLUMNS = 16_384
"""As many as a spreadsheet has."""
MOST_NAMED = 5
"""Cells that one finding names."""
EVERY_ROW = (1, 1 << 62)
MOST_WORDS = 50
"""Different values of a column of units that are looked at."""
BLANK_BYTES = tuple(bytes([byte]) for byte in b" \t\n\r\v\f\x1c\x1d\x1e\x1f\xc2\xe1\xe2\xe3")
"""Every blank of Unicode is one of these bytes or begins with one in UTF-8; common Chinese characters begin with others."""


@dataclass
class Tally:
    """What a reader counts on its way.

    Places with invisible characters, lines or cells with characters that no standard defines and where the first is, rows with empty cells behind the last
    column, the filled cells of columns that no contract column claims, by place, and what stands in such columns that are called unit or currency, by header.
    """

    invisible: int = 0
    private_use: int = 0
    private_use_at: str = ""
    padded: int = 0
    unclaimed: Counter[int] = field(default_factory=Counter)
    unit_words: dict[str, set[str]] = field(default_factory=dict)

    def add_private_use(self, place: str, letter: str) -> None:
        """Count a line or cell with a character that no standard defines; the first one is told with its place."""
        self.private_use += 1
        self.private_use_at = self.private_use_at or f"{place}“{letter}”(U+{ord(letter):04X})"

    def add(self, other: Tally) -> None:
        """Count what another reader counted, apart from its columns."""
        self.invisible += other.invisible
        self.private_use += other.private_use
        self.private_use_at = self.private_use_at or other.private_use_at
        self.padded += other.padded
        self.add_unit_words(other.unit_words)

    def add_unit_words(self, words: Mapping[str, set[str]]) -> None:
        """Keep what columns of units say, by their headers."""
        for header, found in words.items():
            self.unit_words.setdefault(header, set()).update(found)

    def clear(self) -> None:
        """Begin again: the stream is read anew."""
        self.invisible = self.private_use = self.padded = 0
        self.private_use_at = ""
        self.unclaimed.clear()
        self.unit_words.clear()


@dataclass(frozen=True)
class HeadRow:
    """A row of the head of a table: ``verdict`` says whether it is a title, a unit, the header, blank, or looks like data."""

    row: int
    verdict: str
    cells: tuple[str | None, ...]

    @property
    def status(self) -> str:
        """Its status among landed rows, or the rule by which it is rejected."""
        return "rows_above_header:" if self.verdict == "above_header" else self.verdict

    @property
    def text(self) -> str:
        """What the row says."""
        return ",".join(cell for cell in self.cells if cell)


@dataclass(frozen=True)
class Header:
    """Where the header stands and what it says.

    ``positions`` maps a contract column to its place in the file, from 0; ``texts`` to the header as written.
    ``rows`` is how many physical rows, with title and unit rows, come before the data; ``head`` holds them. ``extra`` are the
    headers that no column claims, by place. ``unit`` is the money unit in force: the file's own, else the contract's, which
    ``contract_unit`` keeps for comparison. ``nearest`` says which row above looked most like the header.
    """

    rows: int
    positions: dict[str, int]
    texts: dict[str, str]
    width: int
    extra: dict[int, str] = field(default_factory=dict)
    unit: str | None = None
    contract_unit: str | None = None
    column_units: dict[str, str] = field(default_factory=dict)
    head: tuple[HeadRow, ...] = ()
    nearest: str = ""


@dataclass(frozen=True)
class Note:
    """Something that a reader has to tell of the file: a rule, where, and what fills its message."""

    rule: str
    value: str = ""
    detail: str = ""
    sheet: str | None = None
    row: int | None = None
    header: str = ""
    column_ref: str | None = None


@dataclass(frozen=True)
class Part:
    """One of the tables that a file was read from: its own header, where its columns stand, the filled cells of other columns, its first and last row."""

    sheet: str
    header: Header
    column_refs: dict[str, str]
    unclaimed: Mapping[int, int] = field(default_factory=dict)
    rows: tuple[int, int] = EVERY_ROW

    @property
    def is_text(self) -> bool:
        """Whether its columns are known by number, and not by letter."""
        return any(ref.startswith("第") for ref in self.column_refs.values())


@dataclass(frozen=True)
class TextTable:
    """One sheet as text, or several sheets of one file together.

    ``batches`` opens the stream anew at each call: one string column of trimmed cells per contract column that the file
    has, ``_row`` (int64, counts from 1 as a spreadsheet program shows it), and for a row whose cells could not be laid
    under the header its text in ``_irregular`` and what it is in ``_verdict``. ``refusals`` holds why a stream broke.
    ``relation`` is the SQL that makes those columns from the registered stream ``cells``. ``column_refs`` says where a
    column stands, in the words of the format.

    Of several sheets, or one that is no plain table, ``parts`` are those that were read and ``refused_sheets`` those that
    were not; ``own_columns`` are what the stream has beside the above. ``tally`` is filled while the stream is read. ``notes``
    is what the reader has to tell of the file. ``serial_epoch`` is the day that serial 0 of a workbook stands for, ``saved_at`` when a workbook says that it was last saved. ``unread`` are the cells of sheets that do not belong to the ledger, by name:
    they may sum it up. ``beside`` are texts outside the cells, each with its sheet and the words for its place; ``unit_words``
    are what the tally calls so, where they are known before the stream is read; ``has_nested`` says that some record holds values within values.
    """

    sheet: str
    header: Header
    column_refs: dict[str, str]
    batches: Callable[[], pa.RecordBatchReader]
    refusals: list[Refused] = field(default_factory=list)
    relation: str = "cells"
    parts: tuple[Part, ...] = ()
    refused_sheets: list[Refused] = field(default_factory=list)
    own_columns: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)
    serial_epoch: dt.date = SPREADSHEET_EPOCH
    saved_at: dt.datetime | None = None
    notes: tuple[Note, ...] = ()
    unread: tuple[tuple[str, Sequence[Sequence[str | None]]], ...] = ()
    beside: tuple[tuple[str, str, str], ...] = ()
    unit_words: Mapping[str, set[str]] = field(default_factory=dict)
    has_nested: bool = False

    @property
    def places(self) -> tuple[Part, ...]:
        """Each sheet with its header; a plain file is one sheet."""
        return self.parts or (Part(self.sheet, self.header, self.column_refs, self.tally.unclaimed),)

    @property
    def number(self) -> str:
        """The column by which a row is unique in the file: its physical row in a plain file, else its running number."""
        return NUMBER if NUMBER in self.own_columns else ROW


def refuse_too_wide(columns: int) -> None:
    """Refuse a file with more columns or keys than any program shows; engines take a megabyte for every few of them.

    Raises:
        Refused: there are more than a spreadsheet has.
    """
    if columns > MOST_COLUMNS:
        raise Refused("too_wide", value=f"{columns:,}", detail=f"{MOST_COLUMNS:,}")


def text_schema(columns: list[str]) -> pa.Schema:
    """The schema of the stream for these contract columns."""
    fields = [pa.field(name, pa.string()) for name in columns]
    return pa.schema(
        [*fields, pa.field(ROW, pa.int64()), pa.field(IRREGULAR, pa.string()), pa.field(VERDICT, pa.string())]
    )


def trimmed(cells: pa.Array) -> pa.Array:
    """The cells without blanks around them, full-width ones included; looks at the bytes first, since few columns hold any."""
    buffer = cells.buffers()[2]
    held = buffer.to_pybytes() if buffer is not None else b""
    if not any(byte in held for byte in BLANK_BYTES):
        return cells
    return pc.ascii_trim_whitespace(cells) if held.isascii() else pc.utf8_trim_whitespace(cells)


def some_words(cells: pa.Array) -> set[str]:
    """The first few different values of a column."""
    return {word for word in pc.unique(cells)[:MOST_WORDS].to_pylist() if word}


def column_letter(position: int) -> str:
    """The letter a spreadsheet program shows for a column: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_address(place: tuple[int, int]) -> str:
    """A cell as a spreadsheet program calls it: row 6, column 2 is C7."""
    row, column = place
    return f"{column_letter(column)}{row + 1}"


def some_places(places: Sequence[str], more: str = " 等") -> str:
    """The first places in words, for a message that does not name all of many; ``more`` says that there are others."""
    return "、".join(places[:MOST_NAMED]) + more * (len(places) > MOST_NAMED)


def cell_addresses(places: Sequence[tuple[int, int]]) -> str:
    """The first of some cells."""
    return some_places(list(map(cell_address, places[: MOST_NAMED + 1])), "等")


def column_number(letters: str) -> int:
    """The position of the column of such a letter: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
