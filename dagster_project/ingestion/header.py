"""Find the header of a sheet; `units` reads the money unit that the rows above it state."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import Header
from dagster_project.ingestion.units import agreed_units, split_unit, stated_unit

SEARCHED_ROWS = 50
Cell = str | None


def normalise(text: str) -> str:
    """Half-width forms, no blanks, no mark for mandatory columns: how headers and markers are compared."""
    return re.sub(r"\s|[*]", "", unicodedata.normalize("NFKC", text))


def find_header(rows: Sequence[Sequence[Cell]], contract: Contract, layout: FileLayout) -> Header:
    """The header among the first rows of a sheet.

    Args:
        rows: the first rows as text, from the top of the sheet.
        contract: whose required columns the header row must hold.
        layout: says whether a merged group row stands above the column names.

    Raises:
        Refused: no row holds every required header, one column appears twice, or the unit is contradictory or unknown.
    """
    required = [column.name for column in contract.columns if column.required]
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
            unit = stated_unit(_above(rows, index, found, layout), has_money=_has_money(contract, layout))
            return _build(texts, found, index + 1, contract, layout, unit)
        if len(found) > best[0]:
            best = (len(found), missing)
    raise Refused("missing_columns", detail="、".join(contract.column(name).headers[0] for name in best[1]))


def _above(
    rows: Sequence[Sequence[Cell]], index: int, found: dict[str, list[int]], layout: FileLayout
) -> list[Sequence[Cell]]:
    """The rows above a header; of a row with groups not the cells that are themselves the header of a column."""
    above = list(rows[:index])
    if layout.header_rows == 2:
        headers = {place for places in found.values() for place in places}
        lower = rows[index]
        above[-1] = [
            None if place in headers and not (place < len(lower) and lower[place]) else cell
            for place, cell in enumerate(above[-1])
        ]
    return above


def _has_money(contract: Contract, layout: FileLayout) -> bool:
    """Whether a money word above the header must say the unit; above the table of a form it may belong to a label."""
    return layout.form is None and any(column.type == "money" for column in contract.columns)


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
    return found


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
    agreed_units(unit, column_units, {name: texts[places[0]].strip() for name, places in found.items()})
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
