"""Put tables of several files together: which belong to one ledger, and which columns are the same under another header."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from dagster_project.drafting.find_table import FoundTable, half_width, unit_in_header
from dagster_project.drafting.opened import ROW, OpenedFile, OpenedSheet
from dagster_project.drafting.shapes import shape_of

SAME_LEDGER = 0.5
"""Part of the headers of the smaller table that another must share to be of the same ledger."""
SAME_BY_CONTENT = 0.6
SAME_COLUMN = 0.6
COMPARED_VALUES = 200


@dataclass(frozen=True)
class SeenTable:
    """A table of a file; ``cells`` has a column ``c0`` … for each of ``texts``, labels of a form behind those of the table."""

    file: OpenedFile
    sheet: OpenedSheet
    found: FoundTable
    cells: pa.Table
    labels: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Header of each column, qualified by its group where the name stands there more than once."""
        plain = self.found.texts
        often = Counter(text for text in plain if text)
        named = (
            f"{group}/{text}" if often[text] > 1 and group else text
            for text, group in zip(plain, self.found.groups, strict=True)
        )
        return (*named, *self.labels)


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


def see_table(file: OpenedFile, sheet: OpenedSheet, found: FoundTable) -> SeenTable:
    """The cells of a found table; the labels of a form become columns that repeat their value on each row."""
    cells = sheet.below(found.header_rows, found.width)
    names = tuple(found.labels)
    for offset, name in enumerate(names):
        value = pa.array([found.labels[name]] * cells.num_rows, pa.string())
        cells = cells.append_column(f"c{found.width + offset}", value)
    return SeenTable(file, sheet, found, cells, names)


def gather(tables: Iterable[SeenTable], one_ledger: bool = False) -> list[SeenLedger]:
    """Group tables into ledgers; ``one_ledger`` says that tables of different files belong together whatever they look like."""
    ledgers: list[SeenLedger] = []
    # The latest file comes first: its headers are the current ones.
    for table in sorted(tables, key=_year, reverse=True):
        candidates = [
            ledger for ledger in ledgers if ledger.tables[0].file is not table.file or _same_form(ledger, table)
        ]
        ledger = max(candidates, key=lambda known: _likeness(known, table), default=None)
        if ledger is None or (_likeness(ledger, table) < SAME_LEDGER and not one_ledger):
            ledgers.append(_new_ledger(table))
        else:
            _add(ledger, table)
    return ledgers


def year_of(path: Path) -> str:
    """The year that the name of a file or its folder states; empty where neither does."""
    years = re.findall(r"(?:19|20)\d\d", "/".join(path.parts[-2:]))
    return years[-1] if years else ""


def _year(table: SeenTable) -> tuple[str, str]:
    return year_of(table.file.path), table.file.path.name


def _same_form(ledger: SeenLedger, table: SeenTable) -> bool:
    """Several sheets of one workbook are one ledger only where they have the same header."""
    return set(ledger.tables[0].texts) == set(table.texts)


def _likeness(ledger: SeenLedger, table: SeenTable) -> float:
    known = {half_width(header) for column in ledger.columns for header in column.headers}
    own = {half_width(text) for text in table.texts if text}
    if not known or not own:
        return 0.0
    by_header = len(known & own) / min(len(ledger.columns), len(own))
    if by_header >= SAME_LEDGER:
        return by_header
    first = ledger.tables[0]
    shapes, others = (Counter(_value_shapes(each, range(len(each.texts)))) for each in (first, table))
    common = sum((shapes & others).values())
    alike = common / max(len(first.texts), len(table.texts))
    return alike if alike >= SAME_BY_CONTENT and len(own) > 3 else by_header


def _value_shapes(table: SeenTable, places: Iterable[int]) -> list[str]:
    """The usual shape of the values of each column; those without values say nothing."""
    return [shape for place in places if (shape := _shape(table, place))]


def _shape(table: SeenTable, place: int) -> str:
    values = [value for value in _sample(table, place) if value]
    shapes = Counter(map(shape_of, values))
    return shapes.most_common(1)[0][0] if shapes else ""


def _sample(table: SeenTable, place: int) -> list[str | None]:
    sample: list[str | None] = table.cells.column(f"c{place}").slice(0, COMPARED_VALUES).to_pylist()
    return sample


def _new_ledger(table: SeenTable) -> SeenLedger:
    columns = [
        SeenColumn(Counter([text]), {0: place}, is_label=place >= table.found.width)
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
        ledger.columns.append(SeenColumn(Counter([text]), {number: place}, is_label=place >= table.found.width))


def _column_likeness(ledger: SeenLedger, column: SeenColumn, table: SeenTable, place: int) -> float:
    """From 0 to 1: half content, three tenths position, the rest the text of the header."""
    number, spot = next(iter(column.places.items()))
    known = ledger.tables[number]
    header = next(iter(column.headers))
    own, other = _sample(table, place), _sample(known, spot)
    own_values, other_values = {v for v in own if v}, {v for v in other if v}
    shape, known_shape = _shape(table, place), _shape(known, spot)
    if own_values and other_values and shape.split(":")[0] != known_shape.split(":")[0]:
        return 0.0
    shared = len(own_values & other_values) / max(1, min(len(own_values), len(other_values)))
    content = max(shared, 0.8 if shape and shape == known_shape else 0.0)
    if not own_values or not other_values:
        content = 0.3
    position = max(0.0, 1 - abs(place / len(table.texts) - spot / len(known.texts)) * len(known.texts) / 2)
    neighbours = _same_neighbours(ledger, number, spot, table, place)
    text = difflib.SequenceMatcher(None, half_width(header), half_width(table.texts[place])).ratio()
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
    """The rows of all tables together: ``k0`` … for the columns, ``_table`` for the table, ``_row`` for the row in its sheet."""
    parts: list[pa.Table] = []
    for number, table in enumerate(ledger.tables):
        count = table.cells.num_rows
        arrays: list[pa.ChunkedArray | pa.Array] = [
            table.cells.column(f"c{column.places[number]}") if number in column.places else pa.nulls(count, pa.string())
            for column in ledger.columns
        ]
        names = [f"k{place}" for place in range(len(ledger.columns))]
        extra = [pa.array([number] * count, pa.int32()), table.cells.column(ROW)]
        parts.append(pa.table([*arrays, *extra], names=[*names, "_table", ROW]))
    return pa.concat_tables(parts)


def titles_of(tables: Sequence[SeenTable]) -> list[str]:
    """The title rows of the tables, each once."""
    return list(dict.fromkeys(title for table in tables for title in table.found.titles))
