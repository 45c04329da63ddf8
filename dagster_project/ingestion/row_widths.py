"""Rows of a text with more or fewer empty cells at their end than the others: the habit of a program, or a delimiter that stands wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dagster_project.contracts import NUMBER_TYPES, Contract
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.row_notes import Markers
from dagster_project.ingestion.sheet_rows import CellRow
from dagster_project.ingestion.text_table import Header

HABIT_SHARE = 0.2
"""A program that ends lines with a delimiter does so in whole exports; of two exports joined, one may be the smaller."""
HABIT_ROWS = 2
SAMPLE_ROWS = 3
"""With fewer rows than these, that all of them look like something may be chance."""
HEAD_OF_THOUSANDS = re.compile(r"[-(]?[¥￥]?[1-9][0-9]{0,2}")
REST_OF_THOUSANDS = re.compile(r"[0-9]{3}(?:\.[0-9]+)?\)?")


@dataclass(frozen=True)
class RowWidths:
    """How many cells the rows of a text have.

    ``header`` names ``width`` columns, ``common`` is how many cells most rows have: as many, or more with nothing in them.
    """

    contract: Contract
    header: Header
    markers: Markers
    common: int

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], contract: Contract, header: Header) -> RowWidths:
        """The widths of a text by its first rows below the header."""
        markers = Markers(contract, header)
        return cls(contract, header, markers, _common_width(rows, contract, header))

    def verdicts(self, rows: Sequence[Sequence[str]], total: int) -> list[str | None]:
        """What is wrong with rows whose number of cells is not the common one although nothing stands behind the last column.

        One such row among others most likely has a delimiter too many or too few somewhere, and its values stand in wrong
        columns. Where many rows are like that, the program that wrote them ends lines so; then only thousands that were
        written without quotes are doubted. A row whose last column has its required value cannot have been moved.

        Args:
            rows: their cells.
            total: how many rows the file has in all.
        """
        notes = [self._is_note(row) for row in rows]
        counts = Counter(len(row) for row, is_note in zip(rows, notes, strict=True) if not is_note)
        return [
            None if note else self._verdict(row, counts[len(row)], total) for row, note in zip(rows, notes, strict=True)
        ]

    def _verdict(self, row: Sequence[str], like_it: int, total: int) -> str | None:
        is_habit = _is_habit(like_it, total)
        counts = f"应有 {self.common} 个单元格,实有 {len(row)} 个"
        if len(row) < self.common:
            return None if is_habit else f"too_few_cells:{counts}"
        thousands = _thousands(row, self.contract, self.header)
        if thousands:
            return f"too_many_cells:{counts};像是没有加引号的千分位“{thousands}”"
        return None if is_habit or self._is_whole(row) else f"too_many_cells:{counts},末尾为空"

    def _is_note(self, row: Sequence[str]) -> bool:
        filled = [text for cell in row if (text := normalise(cell))]
        return not filled or self.markers.status(filled) is not None

    def _is_whole(self, row: Sequence[str]) -> bool:
        """Whether the last column of the header must be filled, and is: nothing can have been moved behind it."""
        last = next((name for name, place in self.header.positions.items() if place == self.header.width - 1), None)
        return bool(last and self.contract.column(last).required and row[self.header.width - 1].strip())


def odd_lengths(rows: Sequence[CellRow], lengths: Sequence[int], markers: Markers) -> dict[int, str]:
    """The rows of a small table in a text that have more or fewer cells than the others, by their place, each with what it is.

    Notes are shorter, and where many rows have one number of cells it is a habit.
    """
    filled = [[text for cell in row if cell and (text := normalise(cell))] for row in rows]
    data = [n for n, cells in enumerate(filled) if len(cells) > 1 and markers.status(cells) is None]
    counts = Counter(lengths[n] for n in data)
    if not counts:
        return {}
    common = max(counts, key=lambda length: (counts[length], length))
    odd = [n for n in data if not _is_habit(counts[lengths[n]], len(data)) and lengths[n] != common]
    return {
        n: f"too_{'many' if lengths[n] > common else 'few'}_cells:应有 {common} 个单元格,实有 {lengths[n]} 个"
        for n in odd
    }


def _is_habit(rows: int, total: int) -> bool:
    return rows >= max(HABIT_ROWS, HABIT_SHARE * total)


def _common_width(rows: Sequence[Sequence[str]], contract: Contract, header: Header) -> int:
    """How many cells most rows have: an export may end every line with a delimiter, the header line excepted."""
    width = header.width
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    longer = [row for row in filled if len(row) > width and not any(cell.strip() for cell in row[width:])]
    common, count = Counter(map(len, longer)).most_common(1)[0] if longer else (width, 0)
    plain = sum(len(row) == width for row in filled)
    if count * 2 <= len(filled) or _is_habit(plain, len(filled)):
        return width
    are_thousands = len(longer) >= SAMPLE_ROWS and all(_thousands(row, contract, header) for row in longer)
    return width if are_thousands else common


def _thousands(row: Sequence[str], contract: Contract, header: Header) -> str:
    """A number such as ``1,234.50`` that its comma parted into two cells; empty where the row holds none."""
    for name, place in header.positions.items():
        if contract.column(name).type in NUMBER_TYPES and place + 1 < len(row):
            first, second = row[place].strip(), row[place + 1].strip()
            if HEAD_OF_THOUSANDS.fullmatch(first) and REST_OF_THOUSANDS.fullmatch(second):
                return f"{first},{second}"
    return ""
