"""Find the header of a sheet, and the money unit that the rows above it state."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import Header

SEARCHED_ROWS = 50
UNIT_WORDS = "亿元|万元|千元|元"
WORD_ENDS = "(?:$|[^一-龥])"
UNIT_STATEMENT = re.compile(rf"单位:?(?:人民币)?({UNIT_WORDS})(?:人民币)?{WORD_ENDS}")
"""``单位:万元``, but not ``填报单位:元岗街道``; DuckDB reads the pattern too."""
UNKNOWN_UNIT = re.compile(rf"单位:?((?:[十百千万亿]+|[美港欧日澳])元|角|分){WORD_ENDS}")
UNIT_SUFFIX = re.compile(rf"[(\[]({UNIT_WORDS})[)\]]$")

Cell = str | None


def normalise(text: str) -> str:
    """Half-width forms, no blanks, no mark for mandatory columns: how headers and markers are compared."""
    return re.sub(r"\s|[*]", "", unicodedata.normalize("NFKC", text))


def split_unit(header: str) -> tuple[str, str | None]:
    """A header without the unit in its closing brackets, and that unit."""
    if match := UNIT_SUFFIX.search(header):
        return header[: match.start()], match.group(1)
    return header, None


def stated_unit(rows: Sequence[Sequence[Cell]]) -> str | None:
    """The one money unit stated in rows such as ``单位:万元``; refused where two differ or one is not known."""
    cells = [cell for row in rows for cell in row if cell]
    unknown = [text for cell in cells if not units_in(cell) and UNKNOWN_UNIT.search(text := normalise(cell))]
    if unknown:
        raise Refused("unknown_unit", detail=f"“{unknown[0]}”不是元、千元、万元或亿元")
    units = {unit for cell in cells for unit in units_in(cell)}
    if len(units) > 1:
        raise Refused("ambiguous_unit", detail="、".join(sorted(units)))
    return units.pop() if units else None


def units_in(cell: str) -> list[str]:
    """The units a cell states; two for ``单位:元/万元``."""
    # Blanks may end the statement or stand within it.
    for text in (unicodedata.normalize("NFKC", cell), normalise(cell)):
        if match := UNIT_STATEMENT.search(text):
            return re.findall(UNIT_WORDS, text[match.start() :])
    return []


def find_header(rows: Sequence[Sequence[Cell]], contract: Contract, layout: FileLayout) -> Header:
    """The header among the first rows of a sheet.

    Args:
        rows: the first rows as text, from the top of the sheet.
        contract: whose required columns the header row must hold.
        layout: says whether a merged group row stands above the column names.

    Raises:
        Refused: no row holds every required header, one column appears twice, or the unit is contradictory or unknown.
    """
    required = [c.name for c in contract.columns if c.required and c.name not in layout.lacks]
    best: tuple[int, list[str]] = (0, required)
    for index in range(layout.header_rows - 1, min(len(rows), SEARCHED_ROWS)):
        texts = _leaf_texts(rows, index, layout.header_rows)
        found = _match(texts, contract)
        missing = [name for name in required if name not in found]
        if not missing:
            if layout.header_rows == 2 and index + 1 < len(rows):
                # All required columns may be merged downwards: then the names in the row below still count.
                below = _leaf_texts(rows, index + 1, 2)
                if len(more := _match(below, contract)) > len(found):
                    index, texts, found = index + 1, below, more
            return _build(texts, found, index + 1, contract, layout, stated_unit(rows[:index]))
        if len(found) > best[0]:
            best = (len(found), missing)
    raise Refused("missing_columns", detail="、".join(contract.column(name).headers[0] for name in best[1]))


def _leaf_texts(rows: Sequence[Sequence[Cell]], index: int, header_rows: int) -> list[str]:
    """Header texts of a row; under a merged group row, a cell merged downwards keeps its text above."""
    lower = list(rows[index])
    if header_rows == 1:
        return [cell or "" for cell in lower]
    upper = list(rows[index - 1])
    width = max(len(lower), len(upper))
    lower += [None] * (width - len(lower))
    upper += [None] * (width - len(upper))
    return [low or up or "" for low, up in zip(lower, upper, strict=True)]


def _match(texts: Sequence[str], contract: Contract) -> dict[str, list[int]]:
    by_header = {normalise(header): column.name for column in contract.columns for header in column.headers}
    found: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        name = by_header.get(normalise(text)) or by_header.get(split_unit(normalise(text))[0])
        if name:
            found.setdefault(name, []).append(position)
    return found | _fallbacks(texts, contract, found)


def _fallbacks(texts: Sequence[str], contract: Contract, found: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Where the columns stand that have none of their own headers: each under the first of its other headers that is there."""
    wanting = [c for c in contract.columns if c.fallback_headers and c.name not in found]
    if not wanting:
        return {}
    places: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        places.setdefault(split_unit(normalise(text))[0].casefold(), []).append(position)
    second = {c.name: [places.get(normalise(header).casefold()) for header in c.fallback_headers] for c in wanting}
    return {name: there for name, all_places in second.items() if (there := next(filter(None, all_places), None))}


def _build(
    texts: list[str], found: dict[str, list[int]], count: int, contract: Contract, layout: FileLayout, unit: str | None
) -> Header:
    twice = [texts[places[0]] for places in found.values() if len(places) > 1]
    if twice:
        raise Refused("duplicate_header", detail="、".join(twice))
    positions = {name: places[0] for name, places in found.items()}
    money = [column.name for column in contract.columns if column.type == "money" and column.name in positions]
    column_units = {
        name: stated for name in money if (stated := split_unit(normalise(texts[positions[name]]))[1]) is not None
    }
    unit = unit or layout.unit
    if unit is None and any(name not in column_units for name in money):
        raise Refused("unknown_unit", detail="文件没有单位行,约定也没有规定")
    known = set(positions.values())
    extra = {place: text.strip() for place, text in enumerate(texts) if place not in known and text.strip()}
    return Header(
        rows=count,
        positions=positions,
        texts={name: texts[place].strip() for name, place in positions.items()},
        width=len(texts),
        extra=extra,
        unit=unit,
        contract_unit=layout.unit,
        column_units=column_units,
    )
