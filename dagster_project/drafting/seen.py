"""A table as it was seen in a file: its columns as text, labels of a form beside them, a matrix turned into rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from dagster_project.drafting.find_table import FoundTable
from dagster_project.drafting.opened import ROW, OpenedFile, OpenedSheet
from dagster_project.drafting.shapes import shape_of

COMPARED_VALUES = 200
SEARCHED_VALUES = 20_000
ACROSS = ("表头第1行", "表头第2行", "单元格")
"""What the columns of a matrix are called that no header names: the group above, the name below it, and the cell."""


@dataclass(frozen=True)
class SeenTable:
    """A table of a file: ``cells`` has a column ``c0`` … for each of ``texts``.

    Of a form the last ``labels`` of them are its labels. Of a matrix the first ``matrix_rows`` say what a row is about, and
    the last three are those of ``ACROSS``.
    """

    file: OpenedFile
    sheet: OpenedSheet
    found: FoundTable
    cells: pa.Table
    texts: tuple[str, ...]
    labels: int = 0
    matrix_rows: int = 0

    @cached_property
    def samples(self) -> list[list[str]]:
        """Values of each column, from its first rows that have any."""
        return [_sample(self.cells, place) for place in range(len(self.texts))]

    @cached_property
    def shapes(self) -> list[str]:
        """The usual shape of the values of each column, empty where it has none."""
        return [_usual_shape(values) for values in self.samples]


def see_table(file: OpenedFile, sheet: OpenedSheet, found: FoundTable) -> SeenTable:
    """The cells of a found table; labels of a form repeat their value on each row, each cell of a matrix becomes a row."""
    cells = sheet.below(found.header_rows, found.width)
    if (places := matrix_places(found)) and file.format != "jsonl":
        rows = [place for place in range(found.width) if place not in places]
        texts = (*(found.texts[place] for place in rows), *ACROSS)
        return SeenTable(file, sheet, found, _turned(cells, found, rows, places), texts, matrix_rows=len(rows))
    labels = found.labels if file.format != "jsonl" else {}
    for offset, value in enumerate(labels.values()):
        cells = cells.append_column(f"c{found.width + offset}", pa.array([value] * cells.num_rows, pa.string()))
    return SeenTable(file, sheet, found, cells, (*_qualified(found), *labels), labels=len(labels))


def matrix_places(found: FoundTable) -> list[int]:
    """The columns of a matrix: the same names stand under each of several groups, and nothing else stands under a group."""
    under: dict[str, list[str]] = {}
    for text, group in zip(found.texts, found.groups, strict=True):
        if group:
            under.setdefault(group, []).append(text)
    names = list(under.values())
    is_matrix = len(names) > 1 and len(names[0]) > 1 and all(each == names[0] for each in names)
    plain = [text for text, group in zip(found.texts, found.groups, strict=True) if not group]
    if not is_matrix or found.depth != len(ACROSS) - 1 or not any(plain):
        return []
    places = [place for place, group in enumerate(found.groups) if group]
    # Few groups with two or three names are a table whose names repeat, such as 预算数 and 决算数 under 收入 and 支出.
    return places if len(places) >= 6 else []


def _turned(cells: pa.Table, found: FoundTable, rows: Sequence[int], places: Sequence[int]) -> pa.Table:
    parts = []
    for place in places:
        fixed = [pa.array([text] * cells.num_rows, pa.string()) for text in (found.groups[place], found.texts[place])]
        columns = [*[cells.column(f"c{row}") for row in rows], *fixed, cells.column(f"c{place}"), cells.column(ROW)]
        parts.append(pa.table(columns, names=[*[f"c{number}" for number in range(len(columns) - 1)], ROW]))
    return pa.concat_tables(parts)


def _qualified(found: FoundTable) -> list[str]:
    """Header of each column, with its group where the name stands there more than once."""
    often = Counter(text for text in found.texts if text)
    return [
        f"{group}/{text}" if often[text] > 1 and group else text
        for text, group in zip(found.texts, found.groups, strict=True)
    ]


def _usual_shape(values: Sequence[str]) -> str:
    shapes = Counter(map(shape_of, values))
    return shapes.most_common(1)[0][0] if shapes else ""


def _sample(cells: pa.Table, place: int) -> list[str]:
    values = cells.column(f"c{place}").slice(0, SEARCHED_VALUES)
    filled: list[str] = values.filter(pc.not_equal(pc.coalesce(values, ""), "")).slice(0, COMPARED_VALUES).to_pylist()
    return filled
