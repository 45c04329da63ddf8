"""The lines of a matrix as a person lays it out: what a row is about at the left, header texts above, a cell for each row of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from dagster_project.contracts.layout import Matrix
from dagster_project.contracts.model import Contract
from simulation.paper.cells import Cell, formatter, headers
from simulation.paper.handed_in import Sheet
from simulation.paper.pages import Line, Spans
from simulation.world.values import Value


def lay_out_matrix(contract: Contract, sheet: Sheet, matrix: Matrix) -> Iterator[Line]:
    """The physical rows of a matrix; a cell without a row in the ledger stays empty."""
    habits = sheet.habits
    write = {column.name: formatter(contract, column, habits, is_workbook=True) for column in contract.columns}
    across: dict[tuple[Value, ...], None] = {}
    body: dict[tuple[Value, ...], dict[tuple[Value, ...], Value]] = {}
    for row in sheet.rows:
        above = tuple(row[name] for name in matrix.across)
        across[above] = None
        body.setdefault(tuple(row[name] for name in matrix.rows), {})[above] = row[matrix.value]
    about = headers([contract.column(name) for name in matrix.rows], habits.header_choice)
    width = len(about) + len(across)
    if habits.title:
        yield Line("title", [habits.title], spans={0: (1, width)})
    if habits.has_unit_row:
        yield Line("unit", [*[None] * (width - 1), f"单位:{habits.unit}"])
    above_texts = [[write[n](value, 1) for n, value in zip(matrix.across, key, strict=True)] for key in across]
    names: list[Cell] = [texts[-1] for texts in above_texts]
    if len(matrix.across) == 1:
        yield Line("header", [*about, *names])
    else:
        groups: list[Cell] = [*about, *[None] * len(across)]
        spans: Spans = {place: (2, 1) for place in range(len(about))}
        start = len(about)
        for group, members in groupby(above_texts, key=lambda texts: texts[0]):
            size = len(list(members))
            groups[start], spans[start] = group, (1, size)
            start += size
        yield Line("label", groups, spans=spans)
        yield Line("label", [*[None] * len(about), *names])
    for number, (key, cells) in enumerate(body.items(), start=1):
        left = [write[name](value, number) for name, value in zip(matrix.rows, key, strict=True)]
        yield Line("data", [*left, *(write[matrix.value](cells.get(above), number) for above in across)])
    for note in habits.footnotes:
        yield Line("footnote", [note])
