"""The lines of a form as a person lays it out: title, labels beside their values, and a table below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dagster_project.contracts.layout import Form
from dagster_project.contracts.model import Contract
from simulation.paper.cells import Cell, formatter, headers
from simulation.paper.handed_in import Habits, Sheet
from simulation.paper.pages import Line, Spans, lay_out
from simulation.world.values import Row

LABELS_A_LINE = 2
WIDTH_WITHOUT_TABLE = 4
WIDE_ENOUGH_TO_MERGE = 8


def form_pages(contract: Contract, sheet: Sheet, form: Form) -> Iterator[tuple[str, list[Line]]]:
    """A page for each set of values of the labels, in the order of the rows, named after a column if the habits say so."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in sheet.rows:
        groups.setdefault(tuple(row[name] for name in form.labels), []).append(row)
    named_by = sheet.habits.sheet_named_by or contract.key[0]
    for rows in groups.values():
        yield str(rows[0][named_by]), list(_lay_out_form(contract, replace(sheet, rows=rows), form))


def _lay_out_form(contract: Contract, sheet: Sheet, form: Form) -> Iterator[Line]:
    habits = sheet.habits
    # A column that a form of that year did not have yet is in none of its rows.
    table = [c for c in contract.columns if c.name not in form.labels and (c.required or c.name in sheet.rows[0])]
    width = max(len(table), WIDTH_WITHOUT_TABLE)
    if habits.title:
        yield Line("title", [habits.title], spans={0: (1, width)})
    if habits.has_unit_row:
        yield Line("unit", [*[None] * (width - 1), f"单位:{habits.unit}"])
    yield from _labels(contract, sheet.rows[0], habits, form, width)
    below = replace(habits, title=None, has_unit_row=False)
    if table:
        of_table = contract.model_copy(update={"columns": table})
        lines = list(lay_out(of_table, replace(sheet, habits=below), is_workbook=True))
        _merge_down(lines, [column.name for column in table], habits.merged_down)
        yield from lines
    else:
        yield from (Line("footnote", [note]) for note in habits.footnotes)


def _labels(contract: Contract, row: Row, habits: Habits, form: Form, width: int) -> Iterator[Line]:
    """Lines of two labels each, with the value to the right of its label or in the line below it."""
    columns = [contract.column(name) for name in form.labels]
    texts = [text + habits.label_ending for text in headers(columns, habits.header_choice)]
    values = [formatter(contract, column, habits, is_workbook=True)(row[column.name], 1) for column in columns]
    half = width // LABELS_A_LINE
    label_width = 2 if width >= WIDE_ENOUGH_TO_MERGE else 1
    for first in range(0, len(columns), LABELS_A_LINE):
        upper, lower, spans, spans_below = _empty(width), _empty(width), Spans(), Spans()
        for nth, number in enumerate(range(first, min(first + LABELS_A_LINE, len(columns)))):
            start = nth * half
            end = width if nth else half
            upper[start] = texts[number]
            if form.values == "below":
                lower[start] = values[number]
                spans[start] = spans_below[start] = (1, end - start)
            else:
                upper[start + label_width] = values[number]
                spans[start], spans[start + label_width] = (1, label_width), (1, end - start - label_width)
        yield Line("label", upper, spans=spans)
        if form.values == "below":
            yield Line("label", lower, spans=spans_below)


def _empty(width: int) -> list[Cell]:
    return [None] * width


def _merge_down(lines: Sequence[Line], names: Sequence[str], merged: Sequence[str]) -> None:
    """Merge equal cells of neighbouring data lines downwards; a column is merged only within the columns before it."""
    places = [names.index(name) for name in merged]
    data = [line for line in lines if line.kind == "data"]
    wholes = [tuple(line.cells[place] for place in places) for line in data]
    for level, place in enumerate(places):
        start = 0
        for n in range(1, len(data) + 1):
            if n < len(data) and wholes[n][: level + 1] == wholes[start][: level + 1]:
                data[n].cells[place] = None
                continue
            data[start].spans[place] = (n - start, 1)
            start = n
