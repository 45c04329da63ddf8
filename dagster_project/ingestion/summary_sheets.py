"""Sheets of a workbook that sum up its rows (汇总): their totals and groups are held against the rows that were read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dagster_project.contracts import Column
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.row_notes import SUMS
from dagster_project.ingestion.total_groups import HUNDREDTHS, Groups, names_in
from dagster_project.ingestion.units import UNIT_IN_YUAN, split_unit, units_in

CALLS_ITSELF = re.compile("汇总|总表|合计|统计|总计")
"""Names of sheets that sum up others; one with another name is told of only where some of its sums are right."""
AMOUNT_HEADERS = frozenset({"金额", "合计", "总额", "总金额", "合计金额", "金额合计", "小计"})
"""What the column of the amounts may be called beside the names of the contract, where the ledger has one column of amounts."""
NUMBER = re.compile(r"[¥￥]?([-(]?)[¥￥]?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?\)?(?:元)?")
TOTAL = re.compile(f"(?:{'|'.join(SUMS)})(?:数|金额)?(?:[(].*[)])?:?")
SEARCHED_ROWS = 20

CellRow = Sequence[str | None]


@dataclass(frozen=True)
class WrongSummary:
    """A sum of a sheet that is not that of the rows; in yuan, or as the column counts. ``group`` is empty for the whole."""

    sheet: str
    row: int
    column: str
    amount: Decimal
    expected: Decimal
    group: str


@dataclass(frozen=True)
class _Printed:
    row: int
    column: str
    amount: Decimal
    name: str
    sums: Sequence[Decimal]


def wrong_summaries(
    sheets: Sequence[tuple[str, Sequence[CellRow]]],
    columns: Sequence[Column],
    units: Mapping[str, str | None],
    groups: Groups,
    tolerance: float,
) -> Iterator[WrongSummary]:
    """The sums of sheets without the ledger's header that are not those of the rows.

    A row is held against the group that it names, or against all rows where it says 合计. What names neither is left alone:
    nobody can know what it sums up.

    Args:
        sheets: by name, the cells of those that were not read as rows of the ledger.
        columns: of amounts and counts that may be summed up.
        units: of those that are money, as the rows were read.
        groups: the sums of the rows.
        tolerance: in the unit in which a sum is printed, what it may be away from its rows.
    """
    for sheet, rows in sheets:
        unit = next((unit for row in rows[:SEARCHED_ROWS] for cell in row if cell for unit in units_in(cell)), None)
        found = list(_printed(rows, columns, unit, units, groups))
        right = [each for each in found if _is_right(each, units, unit, tolerance)]
        if not right and not CALLS_ITSELF.search(sheet):
            continue
        for each in found:
            if each not in right:
                yield WrongSummary(sheet, each.row, each.column, each.amount, each.sums[0], each.name)


def _is_right(printed: _Printed, units: Mapping[str, str | None], unit: str | None, tolerance: float) -> bool:
    in_yuan = UNIT_IN_YUAN[unit or units[printed.column] or "元"] if printed.column in units else 0
    return any(abs(printed.amount - each) <= Decimal(str(tolerance)) * in_yuan for each in printed.sums)


def _printed(
    rows: Sequence[CellRow],
    columns: Sequence[Column],
    unit: str | None,
    units: Mapping[str, str | None],
    groups: Groups,
) -> Iterator[_Printed]:
    """The sums of a sheet whose row says what they are of."""
    below, places = _places(rows, columns, unit, units)
    for number, row in enumerate(rows[below:], start=below + 1):
        texts = [normalise(cell) for cell in row if cell and _number(cell) is None]
        is_total = any(map(TOTAL.fullmatch, texts[:2]))
        for place, (column, factor) in places.items():
            amount = _number(row[place] if place < len(row) else None)
            if amount is None:
                continue
            name, sums = groups.sums_by([name for text in texts for name in names_in(text)], column)
            if not sums and is_total:
                sums = [groups.total(column)]
            if sums:
                yield _Printed(number, column, amount * factor, name, [Decimal(each) / HUNDREDTHS for each in sums])


def _places(
    rows: Sequence[CellRow], columns: Sequence[Column], unit: str | None, units: Mapping[str, str | None]
) -> tuple[int, dict[int, tuple[str, int]]]:
    """Below which row sums stand, and by place of which column they are, and times how many yuan."""
    money = [column for column in columns if column.type == "money"]
    names = {
        split_unit(normalise(text))[0]: column
        for column in columns
        for text in (*column.headers, *column.fallback_headers)
    }
    if len(money) == 1:
        names |= {text: money[0] for text in AMOUNT_HEADERS if text not in names}

    def factor(column: Column, own: str | None) -> int:
        return UNIT_IN_YUAN.get(own or unit or units.get(column.name) or "元", 1) if column.type == "money" else 1

    for number, row in enumerate(rows[:SEARCHED_ROWS], start=1):
        parted = {place: split_unit(normalise(cell)) for place, cell in enumerate(row) if cell}
        found = {p: (names[t].name, factor(names[t], own)) for p, (t, own) in parted.items() if t in names}
        if found and not any(_number(cell) is not None for cell in row if cell):
            return number, found
    filled = {place for row in rows for place, cell in enumerate(row) if cell and _number(cell) is not None}
    return 0, {place: (money[0].name, factor(money[0], None)) for place in filled} if len(filled) == len(
        money
    ) == 1 else {}


def _number(cell: str | None) -> Decimal | None:
    match = NUMBER.fullmatch(cell.strip()) if cell else None
    if match is None:
        return None
    return Decimal(("-" if match[1] else "") + match[2].replace(",", "") + (match[3] or ""))
