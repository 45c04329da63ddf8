"""Find the header of a table, and say what each row above it is; `units` reads the money unit that those rows state."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.header_names import Cell, Found, named_columns, normalise, texts_above
from dagster_project.ingestion.header_proposals import proposals
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import Header, HeadRow
from dagster_project.ingestion.units import agreed_units, split_unit, stated_unit, units_in

SEARCHED_ROWS = 50
LIKE_DATA = 0.6
"""A row above the header with so many filled cells for each column of the header looks like data, and is no title."""


def find_header(rows: Sequence[Sequence[Cell]], contract: Contract, layout: FileLayout) -> Header:
    """The header among the first rows of a sheet.

    Args:
        rows: the first rows as text, from the top of the sheet.
        contract: whose required columns the header row must hold.
        layout: says how many rows a header may have, and the unit where the sheet states none.

    Raises:
        Refused: no row holds every required header, one column appears twice, or the unit is contradictory or unknown.
    """
    (header,) = find_headers(rows, contract, layout, tables=1)
    return header


def find_headers(
    rows: Sequence[Sequence[Cell]], contract: Contract, layout: FileLayout, tables: int | None = None
) -> list[Header]:
    """The header of each table that stands side by side, from left to right; of the only one where ``tables`` is 1.

    Raises:
        Refused: as :func:`find_header`.
    """
    required = required_columns(contract, layout)
    nearest, missing_there, count = -1, required, 0
    for index in range(min(len(rows), SEARCHED_ROWS)):
        texts = texts_above(rows, index, layout.header_rows)
        found = named_columns(texts, contract)
        missing = [name for name in required if name not in found]
        if not missing:
            index, texts, found = _below(rows, index, texts, found, contract, layout)
            near = (nearest, missing_there) if nearest < index - layout.header_rows + 1 else (-1, [])
            split = [found] if tables == 1 else _side_by_side(texts, found, required, contract)
            for each in split:
                if lacking := [contract.column(name).headers[0] for name in required if name not in each]:
                    place = min(place for places in each.values() for place in places)
                    raise Refused(
                        "missing_columns", detail=f"{'、'.join(lacking)}(第 {place + 1} 列起的表)", row=index + 1
                    )
            return [_build(rows, index, texts, each, near, contract, layout) for each in split]
        if len(found) > count:
            nearest, missing_there, count = index, missing, len(found)
    alike = proposals(missing_there, texts_above(rows, nearest, layout.header_rows), contract) if count else {}
    names = [f"{contract.column(name).headers[0]}{alike.get(name, '')}" for name in missing_there]
    raise Refused("missing_columns", detail="、".join(names), row=nearest + 1 if count else None)


def names_columns(rows: Sequence[Sequence[Cell]], index: int, contract: Contract, layout: FileLayout) -> Found:
    """Where a row, alone or with the rows of groups above it, holds the headers; nothing unless that of every required column."""
    filled = [cell for cell in rows[index] if cell]
    required = set(required_columns(contract, layout))
    if layout.header_rows == 1 and len(filled) < len(required):
        return {}
    # The row below a header is none, though the header shines through where it is empty.
    if not filled or count_names(filled, contract) * 3 < len(filled):
        return {}
    found = named_columns(texts_above(rows, index, layout.header_rows), contract)
    return found if required <= set(found) else {}


def count_names(row: Sequence[Cell], contract: Contract) -> int:
    """How many cells of a row are the header of a column, with a unit or without, or the name of one of its groups."""
    headers = {
        normalise(part)
        for column in contract.columns
        for header in (*column.headers, *column.fallback_headers)
        for part in (header, *header.split("/"))
    }
    plain = (normalise(cell) for cell in row if cell)
    return sum(text in headers or split_unit(text)[0] in headers for text in plain)


def required_columns(contract: Contract, layout: FileLayout) -> list[str]:
    """The columns whose headers a file of this layout must have."""
    return [
        column.name
        for column in contract.columns
        if column.required and column.headers and column.name not in layout.lacks
    ]


def _below(
    rows: Sequence[Sequence[Cell]],
    index: int,
    texts: list[list[str]],
    found: Found,
    contract: Contract,
    layout: FileLayout,
) -> tuple[int, list[list[str]], Found]:
    """All required columns may be merged downwards: then the names in the rows below still count."""
    for lower in range(index + 1, min(index + layout.header_rows, len(rows))):
        more_texts = texts_above(rows, lower, layout.header_rows)
        if len(more := named_columns(more_texts, contract)) > len(found):
            index, texts, found = lower, more_texts, more
    return index, texts, found


def _side_by_side(
    texts: Sequence[Sequence[str]], found: Found, required: Sequence[str], contract: Contract
) -> list[Found]:
    """The columns of each table, from left to right: a new one begins where a header stands again, or behind a column without one.

    Tables may differ in columns that are optional. One that stands between two tables without a gap belongs to the left one,
    unless the contract has it before all that are required.
    """
    order = [column.name for column in contract.columns]
    first_required = min(map(order.index, required), default=0)
    tables: list[Found] = [{}]
    waiting: Found = {}
    last = -1
    for place, name in sorted((place, name) for name, places in found.items() for place in places):
        is_apart = any(not words[0].strip() for words in texts[last + 1 : place])
        is_again = name in tables[-1] or name in waiting
        if tables[-1] and (is_again or (is_apart and all(each in tables[-1] for each in required))):
            tables.append(waiting)
            waiting = {}
        is_early = name not in required and order.index(name) < first_required
        if is_early and all(each in tables[-1] for each in required):
            waiting[name] = [place]
        else:
            tables[-1] |= {name: [place]}
        last = place
    tables[-1] |= waiting
    return tables


def _build(
    rows: Sequence[Sequence[Cell]],
    index: int,
    texts: Sequence[Sequence[str]],
    found: Found,
    near: tuple[int, list[str]],
    contract: Contract,
    layout: FileLayout,
) -> Header:
    names = [words[0] for words in texts]
    if twice := [names[places[0]] for places in found.values() if len(places) > 1]:
        raise Refused("duplicate_header", detail="、".join(twice), row=index + 1)
    positions = {name: places[0] for name, places in found.items()}
    head = [tuple(row) for row in rows[: index + 1]]
    verdicts = _verdicts(head, positions, layout)
    titles = [row for row, verdict in zip(head, verdicts, strict=True) if verdict not in ("header", "above_header")]
    groups = [_groups(row, index, positions, rows) for row in head[:-1][max(0, index - layout.header_rows + 1) :]]
    unit = stated_unit([*titles, *groups], has_money=_has_money(contract, layout))
    money = [column.name for column in contract.columns if column.type == "money" and column.name in positions]
    column_units = {
        name: stated for name in money if (stated := split_unit(normalise(names[positions[name]]))[1]) is not None
    }
    agreed_units(unit, column_units, {name: names[place].strip() for name, place in positions.items()})
    unit = unit or layout.unit
    if unit is None and any(name not in column_units for name in money):
        raise Refused("unknown_unit", detail="文件没有单位行,约定也没有规定")
    known = {place for places in named_columns(texts, contract).values() for place in places}
    missing = "、".join(contract.column(name).headers[0] for name in near[1])
    return Header(
        rows=index + 1,
        positions=positions,
        texts={name: names[place].strip() for name, place in positions.items()},
        width=len(names),
        extra={place: text.strip() for place, text in enumerate(names) if place not in known and text.strip()},
        unit=unit,
        contract_unit=layout.unit,
        column_units=column_units,
        head=tuple(
            HeadRow(number, verdict, tuple(cell.strip() if cell else None for cell in row))
            for number, (row, verdict) in enumerate(zip(head, verdicts, strict=True), start=1)
        ),
        nearest=f"第 {near[0] + 1} 行像表头,但缺少列:{missing}" if near[0] >= 0 and missing else "",
    )


def _verdicts(head: Sequence[Sequence[Cell]], positions: Mapping[str, int], layout: FileLayout) -> list[str]:
    """What each row of the head is; the last one is the row with the names."""
    last = len(head) - 1
    verdicts = []
    for number, row in enumerate(head):
        filled = [cell for cell in row if cell and cell.strip()]
        if number == last:
            verdicts.append("header")
        elif not filled:
            verdicts.append("blank")
        elif any(units_in(cell) for cell in filled):
            verdicts.append("unit")
        elif number > last - layout.header_rows and len(filled) > 1:
            verdicts.append("header")
        elif _looks_like_data(filled, len(positions)):
            verdicts.append("above_header")
        else:
            verdicts.append("title")
    return verdicts


def _looks_like_data(filled: Sequence[str], columns: int) -> bool:
    labels = sum(":" in unicodedata.normalize("NFKC", cell) for cell in filled)
    return len(filled) >= max(2, round(LIKE_DATA * columns)) and labels * 2 < len(filled)


def _groups(
    row: Sequence[Cell], index: int, positions: Mapping[str, int], rows: Sequence[Sequence[Cell]]
) -> list[Cell]:
    """A row of groups without the cells that are themselves the header of a column, which may hold a unit of their own."""
    lower = rows[index]
    headers = set(positions.values())
    return [
        None if place in headers and not (place < len(lower) and lower[place]) else cell
        for place, cell in enumerate(row)
    ]


def _has_money(contract: Contract, layout: FileLayout) -> bool:
    """Whether a money word above the header must say the unit; above the table of a form it may belong to a label."""
    return layout.form is None and any(column.type == "money" for column in contract.columns)
