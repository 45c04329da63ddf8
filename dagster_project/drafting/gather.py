"""Put tables of several files together: which belong to one ledger, and which columns are the same under another header."""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from dagster_project.drafting.find_table import half_width, unit_in_header
from dagster_project.drafting.opened import ROW, OpenedFile
from dagster_project.drafting.seen import SeenTable

SAME_LEDGER = 0.5
"""Part of the headers of the wider table that another must share to be of the same ledger."""
SAME_BY_CONTENT = 0.75
"""Part of the columns of the wider table whose values must look alike where the headers have nothing in common."""
SAME_BY_NAME = 0.5
"""The same where the files are named alike."""
FEWEST_ALIKE = 5
SAME_COLUMN = 0.6


@dataclass
class SeenColumn:
    """A column of a ledger: its header texts with the number of tables that have each, and its place in each table."""

    headers: Counter[str]
    places: dict[int, int]
    is_label: bool = False
    matched: list[str] = field(default_factory=list)


@dataclass
class SeenLedger:
    """The tables that belong to one ledger, the one described first being the latest, and its columns."""

    tables: list[SeenTable]
    columns: list[SeenColumn]

    @property
    def files(self) -> list[OpenedFile]:
        """Each file once."""
        return list({id(table.file): table.file for table in self.tables}.values())


def gather(tables: Iterable[SeenTable], one_ledger: bool = False) -> list[SeenLedger]:
    """Group tables into ledgers; ``one_ledger`` says that tables of different files belong together whatever they look like."""
    ledgers: list[SeenLedger] = []
    handed = list(tables)
    # The latest file comes first: its headers are the current ones.
    for table in sorted(handed, key=_year, reverse=True):
        candidates = [ledger for ledger in ledgers if not _holds_other_sheet(ledger, table)]
        ledger = max(candidates, key=lambda known: _likeness(known, table), default=None)
        if ledger is None or (not _likeness(ledger, table) and not one_ledger):
            ledgers.append(_new_ledger(table))
        else:
            _add(ledger, table)
    order = {id(table): number for number, table in enumerate(handed)}
    return sorted(ledgers, key=lambda ledger: min(order[id(table)] for table in ledger.tables))


def year_of(path: Path) -> str:
    """The year that the name of a file or its folder states; empty where neither does."""
    years = re.findall(r"(?:19|20)\d\d", "/".join(path.parts[-2:]))
    return years[-1] if years else ""


def _year(table: SeenTable) -> tuple[str, int, str]:
    """The latest year first, and of one year the table with most columns that hold values, to compare others with."""
    return year_of(table.file.path), sum(map(bool, table.shapes)), table.file.path.name


def _holds_other_sheet(ledger: SeenLedger, table: SeenTable) -> bool:
    """Several sheets of one workbook are one ledger only where they have the same header."""
    same_file = [known for known in ledger.tables if known.file is table.file]
    return bool(same_file) and set(same_file[0].texts) != set(table.texts)


def _likeness(ledger: SeenLedger, table: SeenTable) -> float:
    """How alike a table and a ledger are; 0 where they are different ledgers. Headers count before what the cells look like."""
    own = {half_width(text) for text in table.texts if text}
    known = [{half_width(text) for text in each.texts if text} for each in ledger.tables]
    by_header = max(len(own & texts) / max(1, len(own), len(texts)) for texts in known)
    same_sheet = 0.5 if table.sheet.name and table.sheet.name in {each.sheet.name for each in ledger.tables} else 0.0
    if by_header >= SAME_LEDGER:
        return 1 + by_header + same_sheet
    return max(_alike_in_place(each, table) for each in ledger.tables)


def _alike_in_place(known: SeenTable, table: SeenTable) -> float:
    """Which part of the columns have the same header or hold the same kind of values, place by place; 0 where it is too few."""
    pairs = list(zip(known.texts, table.texts, known.shapes, table.shapes, strict=False))
    same_header = sum(1 for text, other, _, _ in pairs if half_width(text) == half_width(other))
    same_shape = sum(1 for text, other, a, b in pairs if half_width(text) != half_width(other) and a and a == b)
    alike = (same_header + same_shape) / max(len(known.texts), len(table.texts))
    names_alike = _name_without_period(known) == _name_without_period(table)
    needed = SAME_BY_NAME if names_alike else SAME_BY_CONTENT
    is_enough = alike >= needed and (names_alike or same_header > 0 or same_shape >= FEWEST_ALIKE)
    return alike if is_enough else 0.0


def _name_without_period(table: SeenTable) -> str:
    """The name of a file without its year, month, quarter: files of one ledger are named alike."""
    return re.sub(r"[\d\W_]|Q(?=\d)|[年月季度末第一二三四上下半批]", "", table.file.path.stem) + table.sheet.name


def _new_ledger(table: SeenTable) -> SeenLedger:
    columns = [
        SeenColumn(Counter([text]), {0: place}, is_label=place >= len(table.texts) - table.labels)
        for place, text in enumerate(table.texts)
    ]
    return SeenLedger([table], columns)


def _add(ledger: SeenLedger, table: SeenTable) -> None:
    """Add a table: its columns are matched by header, then by position, content and similarity of the text."""
    number = len(ledger.tables)
    ledger.tables.append(table)
    by_header = {
        half_width(header): column for column in reversed(ledger.columns) for header in column.headers if header
    }
    left: list[int] = []
    for place, text in enumerate(table.texts):
        column = by_header.get(half_width(text))
        if column is None or number in column.places:
            left.append(place)
            continue
        column.places[number] = place
        column.headers[next(known for known in column.headers if half_width(known) == half_width(text))] += 1
    left = _match_between_anchors(ledger, table, number, left)
    free = [column for column in ledger.columns if number not in column.places]
    pairs = sorted(
        (
            (_column_likeness(ledger, column, table, place), place, spot)
            for place in left
            for spot, column in enumerate(free)
        ),
        reverse=True,
    )
    for score, place, spot in pairs:
        column = free[spot]
        if score < SAME_COLUMN or place not in left or number in column.places:
            continue
        column.places[number] = place
        column.headers[table.texts[place]] += 1
        column.matched.append(f"“{table.texts[place]}”按位置、内容和字面判断为同一列(相似度 {score:.2f})")
        left.remove(place)
    for place in left:
        text = table.texts[place]
        ledger.columns.append(
            SeenColumn(Counter([text]), {number: place}, is_label=place >= len(table.texts) - table.labels)
        )


def _match_between_anchors(ledger: SeenLedger, table: SeenTable, number: int, left: Sequence[int]) -> list[int]:
    """Match columns that stand alone between columns matched on both sides, in their order; returns those that are left.

    A run of columns without a partner in one table has the same length in the other where headers were only renamed.
    """
    known = ledger.tables[0]
    partner = {column.places[0]: column.places.get(number) for column in ledger.columns if 0 in column.places}
    column_at = {column.places[0]: column for column in ledger.columns if 0 in column.places}
    matched: set[int] = set()
    spots = [-1, *[spot for spot in sorted(partner) if partner[spot] is not None], len(known.texts)]
    ends = {-1: -1, len(known.texts): len(table.texts)} | {
        spot: place for spot, place in partner.items() if place is not None
    }
    for before, behind in itertools.pairwise(spots):
        run, own = range(before + 1, behind), range(ends[before] + 1, ends[behind])
        if not run or len(run) != len(own) or any(place not in left for place in own):
            continue
        if not all(_may_be_same(known, spot, table, place) for spot, place in zip(run, own, strict=True)):
            continue
        for spot, place in zip(run, own, strict=True):
            column = column_at[spot]
            column.places[number] = place
            column.headers[table.texts[place]] += 1
            column.matched.append(
                f"“{table.texts[place]}”与“{next(iter(column.headers))}”位置相同、内容同类,判断为同一列"
            )
            matched.add(place)
    return [place for place in left if place not in matched]


def _may_be_same(known: SeenTable, spot: int, table: SeenTable, place: int) -> bool:
    """Whether nothing speaks against it: the same kind of values, none at all, or codes here and their names there."""
    kinds = {known.shapes[spot].split(":")[0], table.shapes[place].split(":")[0]} - {""}
    if len(kinds) <= 1:
        return True
    return kinds == {"id", "text"} and _text_likeness(known.texts[spot], table.texts[place]) >= 0.5


def _text_likeness(header: str, other: str) -> float:
    return difflib.SequenceMatcher(None, half_width(header), half_width(other)).ratio()


def _column_likeness(ledger: SeenLedger, column: SeenColumn, table: SeenTable, place: int) -> float:
    """From 0 to 1: half content, three tenths position, the rest the text of the header."""
    number, spot = next(iter(column.places.items()))
    known = ledger.tables[number]
    header = next(iter(column.headers))
    own_values, other_values = set(table.samples[place]), set(known.samples[spot])
    shape, known_shape = table.shapes[place], known.shapes[spot]
    if own_values and other_values and shape.split(":")[0] != known_shape.split(":")[0]:
        return 0.0
    shared = len(own_values & other_values) / max(1, min(len(own_values), len(other_values)))
    content = max(shared, 0.8 if shape and shape == known_shape else 0.0)
    if not own_values or not other_values:
        content = 0.3
    position = max(0.0, 1 - abs(place / len(table.texts) - spot / len(known.texts)) * len(known.texts) / 2)
    neighbours = _same_neighbours(ledger, number, spot, table, place)
    text = _text_likeness(header, table.texts[place])
    return 0.5 * content + 0.3 * max(position, neighbours) + 0.2 * text


def _same_neighbours(ledger: SeenLedger, number: int, spot: int, table: SeenTable, place: int) -> float:
    """Which part of the columns on both sides are the same in both tables."""
    latest = len(ledger.tables) - 1
    pairs = {column.places.get(number): column.places.get(latest) for column in ledger.columns}
    sides = [pairs.get(spot + step) == place + step for step in (-1, 1)]
    return sum(sides) / 2


def header_units(column: SeenColumn) -> set[str]:
    """The money units that header texts of the column end with."""
    return {unit for header in column.headers if (unit := unit_in_header(header))}


def all_rows(ledger: SeenLedger) -> pa.Table:
    """The rows of all tables together: ``k0`` … for the columns, ``_table`` and ``_file`` by number, ``_row`` in the sheet."""
    parts: list[pa.Table] = []
    files = {id(file): number for number, file in enumerate(ledger.files)}
    for number, table in enumerate(ledger.tables):
        count = table.cells.num_rows
        arrays: list[pa.ChunkedArray | pa.Array] = [
            table.cells.column(f"c{column.places[number]}") if number in column.places else pa.nulls(count, pa.string())
            for column in ledger.columns
        ]
        names = [f"k{place}" for place in range(len(ledger.columns))]
        numbers = [pa.array([each] * count, pa.int32()) for each in (number, files[id(table.file)])]
        parts.append(pa.table([*arrays, *numbers, table.cells.column(ROW)], names=[*names, "_table", "_file", ROW]))
    return pa.concat_tables(parts)


def titles_of(tables: Sequence[SeenTable]) -> list[str]:
    """The title rows of the tables, each once."""
    return list(dict.fromkeys(title for table in tables for title in table.found.titles))
