"""The lines of a sheet as a person lays it out: title, unit, header, data, subtotals, blank rows, footnotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from dagster_project.contracts.model import Contract
from simulation.paper.cells import Cell, formatter, headers, in_unit, written_amount
from simulation.paper.handed_in import Habits, Sheet
from simulation.world.values import Row

Spans = dict[int, tuple[int, int]]
LineKind = Literal["title", "unit", "group", "header", "label", "data", "subtotal", "total", "blank", "footnote"]
SUBTOTAL, TOTAL = "小计", "合 计"


@dataclass
class Line:
    """One physical row of a sheet.

    A data line of a table remembers its plain row. ``spans`` says of merged cells how many rows and columns they take up.
    """

    kind: LineKind
    cells: list[Cell]
    row: Row | None = None
    spans: Spans = field(default_factory=dict)


def lay_out(contract: Contract, sheet: Sheet, *, is_workbook: bool) -> Iterator[Line]:
    """The physical rows of a sheet in order, beginning with spreadsheet row 1."""
    habits, columns = sheet.habits, contract.columns
    yield from _head(contract, sheet, is_workbook)
    formatters = [(c.name, formatter(contract, c, habits, is_workbook=is_workbook)) for c in columns]
    money = [n for n, c in enumerate(columns) if c.type == "money"]
    names = [columns[n].name for n in money]
    group_sums, sums, group = [Decimal(0)] * len(money), [Decimal(0)] * len(money), None
    for number, row in enumerate(sheet.rows, start=1):
        if habits.subtotal_by and number > 1 and row[habits.subtotal_by] != group:
            yield Line("subtotal", _sum_cells(SUBTOTAL, len(columns), money, group_sums, habits, is_workbook))
            group_sums = [Decimal(0)] * len(money)
        if habits.subtotal_by:
            group = row[habits.subtotal_by]
        yield Line("data", [write(row[name], number) for name, write in formatters], row)
        for n, name in enumerate(names):
            amount = row[name]
            if isinstance(amount, Decimal):
                group_sums[n] += amount
                sums[n] += amount
        if habits.blank_row_every and number % habits.blank_row_every == 0:
            yield Line("blank", [None] * len(columns))
    if habits.subtotal_by and sheet.rows:
        yield Line("subtotal", _sum_cells(SUBTOTAL, len(columns), money, group_sums, habits, is_workbook))
    if habits.has_total_row:
        yield Line("total", _sum_cells(TOTAL, len(columns), money, sums, habits, is_workbook))
    for note in habits.footnotes:
        yield Line("footnote", [note])


def _head(contract: Contract, sheet: Sheet, is_workbook: bool) -> Iterator[Line]:
    habits, columns = sheet.habits, contract.columns
    if habits.title:
        yield Line("title", [habits.title])
    if habits.has_unit_row:
        text = f"单位:{habits.unit}"
        before: list[Cell] = [None] * (len(columns) - 1) if is_workbook else []
        yield Line("unit", [*before, text])
    texts = headers(columns, habits.header_choice)
    if contract.files[sheet.layout].header_rows == 2:
        names = [c.name for c in columns]
        top: list[Cell] = list(texts)
        bottom: list[Cell] = [None] * len(columns)
        for group in habits.groups:
            first, last = names.index(group.first), names.index(group.last)
            top[first : last + 1] = [group.text] + [None] * (last - first)
            bottom[first : last + 1] = texts[first : last + 1]
        yield Line("group", top)
        yield Line("header", bottom)
    else:
        yield Line("header", list(texts))


def _sum_cells(
    label: str, width: int, money: Sequence[int], sums: Sequence[Decimal], habits: Habits, is_workbook: bool
) -> list[Cell]:
    cells: list[Cell] = [None] * width
    cells[0] = label
    for n, total in zip(money, sums, strict=True):
        amount = in_unit(total, habits)
        cells[n] = float(amount) if is_workbook else written_amount(amount, 1, habits)
    return cells
