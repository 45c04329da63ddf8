"""Find the table on a sheet that nobody described: title rows, unit, the header of one to four rows, and labels of a form."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from dagster_project.drafting.opened import Cell, OpenedSheet

MOST_HEADER_ROWS = 4
SEARCHED_ROWS = 60
LONGEST_HEADER = 60
"""Signs of the longest header text; letters are half as wide as a character."""
COVERAGE = 0.6
"""Part of the columns that must have a header text for a row to be taken for the header."""
UNIT = "亿元|万元|千元|元"
UNIT_STATEMENT = re.compile(rf"单位:?(?:人民币)?[((]?({UNIT})(?![一-龥])")
UNIT_IN_HEADER = re.compile(rf"[((\[/]({UNIT})[))\]]?$")
DATA = re.compile(
    r"[-+]?[(]?[¥￥$]?\d[\d,]*(\.\d+)?%?[)]?"  # numbers
    r"|\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?|月)?([ T]\d.*)?"  # dates
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|[A-Za-z]{1,6}-?\d{3}[\d-]*[A-Za-z]?[\d-]*"  # numbers of documents
)
LABEL_END = re.compile(r"[:：]\s*$")
LABEL_WITH_VALUE = re.compile(r"^[^:：]{2,12}[:：].+")


@dataclass(frozen=True)
class FoundTable:
    """A table: ``first_row`` rows stand above its header, ``header_rows`` rows end with it, ``depth`` of them are the header.

    ``texts`` has the name of each column (empty where it has none), ``groups`` the text that stands above it, ``labels`` the
    labels of a form above the table with the place of each value. ``units`` are all units that the rows above state.
    """

    first_row: int
    depth: int
    texts: tuple[str, ...]
    groups: tuple[str, ...]
    titles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    labels: dict[str, Cell] = field(default_factory=dict)

    @property
    def header_rows(self) -> int:
        """Rows from the top of the sheet to the end of the header."""
        return self.first_row + self.depth

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.texts)


def half_width(text: str) -> str:
    """The text in half-width forms, without blanks: how headers are compared."""
    return re.sub(r"\s|[*]", "", unicodedata.normalize("NFKC", text))


def find_table(sheet: OpenedSheet) -> FoundTable | None:
    """The first table of a sheet, None where there is no row that could be a header."""
    if sheet.keys:
        return FoundTable(0, 0, sheet.keys, ("",) * len(sheet.keys))
    rows = sheet.head
    width = _usual_width(rows)
    if width == 0:
        return None
    for index in range(min(len(rows), SEARCHED_ROWS)):
        if not _may_begin_header(rows[index], width):
            continue
        depth = _depth(rows, index, width)
        band = [_filled_up(row, width) for row in rows[index : index + depth]]
        named = sum(1 for column in zip(*band, strict=True) if any(column))
        if named >= COVERAGE * width:
            texts, groups = _names(band)
            above = rows[:index]
            return FoundTable(index, depth, texts, groups, _titles(above), units_stated(above), _labels(above))
    return None


def _usual_width(rows: Sequence[Sequence[Cell]]) -> int:
    """Up to which column most rows are filled."""
    widths = Counter(last for row in rows if (last := _last_filled(row)) > 1)
    if not widths:
        return 1 if sum(1 for row in rows if any(row)) > 1 else 0
    usual = max(widths, key=lambda width: (widths[width], width))
    # Last columns such as a remark are mostly empty: a wider row of names says that they exist.
    wider = [_last_filled(row) for row in rows[:SEARCHED_ROWS] if _last_filled(row) > usual and _is_all_names(row)]
    return max([usual, *wider])


def _last_filled(row: Sequence[Cell]) -> int:
    return max((place + 1 for place, cell in enumerate(row) if cell), default=0)


def _is_all_names(row: Sequence[Cell]) -> bool:
    return all(not DATA.fullmatch(cell) and _is_short(cell) for cell in row if cell)


def _is_short(text: str) -> bool:
    return sum(0.5 if letter.isascii() else 1 for letter in text) <= LONGEST_HEADER


def _may_begin_header(row: Sequence[Cell], width: int) -> bool:
    filled = [cell for cell in row if cell]
    if len(filled) < min(2, width):
        return False
    if any(UNIT_STATEMENT.search(half_width(cell)) or LABEL_END.search(cell) for cell in filled):
        return False
    if sum(1 for cell in filled if LABEL_WITH_VALUE.match(cell)) * 2 >= len(filled):
        return False
    data = sum(1 for cell in filled if DATA.fullmatch(cell))
    return data * 10 <= len(filled) and all(map(_is_short, filled))


def _depth(rows: Sequence[Sequence[Cell]], index: int, width: int) -> int:
    """How many rows the header has: a row below belongs to it where it only names columns under groups of the rows above."""
    above = _segments(rows[index], width, [(0, width)])
    depth = 1
    while depth < MOST_HEADER_ROWS and index + depth < len(rows):
        row = rows[index + depth]
        groups = [segment for segment in above if segment[1] - segment[0] > 1]
        allowed = {place for start, end in groups for place in range(start, end)}
        filled = {place for place, cell in enumerate(row[:width]) if cell}
        if not filled or not filled <= allowed or not _is_all_names(row):
            break
        above = _segments(row, width, above)
        depth += 1
    return depth


def _segments(row: Sequence[Cell], width: int, above: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The columns that each cell of a header row covers: those up to the next cell, within what the cell above it covers."""
    segments: list[tuple[int, int]] = []
    for start, end in above:
        starts = [place for place in range(start, end) if place < len(row) and row[place]]
        if not starts or starts[0] != start:
            starts.insert(0, start)
        segments += list(zip(starts, [*starts[1:], end], strict=True))
    return segments[: max(width, 1)]


def _filled_up(row: Sequence[Cell], width: int) -> list[Cell]:
    return [*row[:width], *[None] * (width - len(row))]


def _names(band: Sequence[Sequence[Cell]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of each column the lowest text, and the text above it; a group covers the empty cells to its right."""
    spread = [list(row) for row in band]
    for level in range(len(band) - 1):
        for place in range(1, len(spread[level])):
            named_below = any(row[place] for row in band[level + 1 :])
            if not spread[level][place] and named_below and _same_parents(spread, level, place):
                spread[level][place] = spread[level][place - 1]
    texts: list[str] = []
    groups: list[str] = []
    for column in zip(*spread, strict=True):
        filled = [" ".join(cell.split()) for cell in column if cell]
        texts.append(filled[-1] if filled else "")
        groups.append("/".join(filled[:-1]))
    return tuple(texts), tuple(groups)


def _same_parents(spread: Sequence[Sequence[Cell]], level: int, place: int) -> bool:
    return all(row[place] in (row[place - 1], None) for row in spread[:level])


def _titles(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    filled = [[cell for cell in row if cell] for row in rows]
    return tuple(cells[0] for cells in filled if len(cells) == 1 and not UNIT_STATEMENT.search(half_width(cells[0])))


def units_stated(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """The money units that rows above a header state, each once."""
    found: dict[str, None] = {}
    for row in rows:
        for cell in row:
            if cell and (match := UNIT_STATEMENT.search(text := half_width(cell))):
                found |= dict.fromkeys(re.findall(UNIT, text[match.start() :]))
    return tuple(found)


def unit_in_header(text: str) -> str | None:
    """The unit in the closing brackets of a header text."""
    match = UNIT_IN_HEADER.search(half_width(text))
    return match.group(1) if match else None


def _labels(rows: Sequence[Sequence[Cell]]) -> dict[str, Cell]:
    """Labels with the value to their right, as a form has them above its table."""
    labels: dict[str, Cell] = {}
    for row in rows:
        filled = [cell for cell in row if cell]
        for place, cell in enumerate(filled):
            if LABEL_END.search(cell):
                value = filled[place + 1] if place + 1 < len(filled) else None
                labels[LABEL_END.sub("", cell)] = None if value and LABEL_END.search(value) else value
    return labels
