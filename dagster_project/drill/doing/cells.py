"""Faults in single cells: amounts, codes, names and numbers that were typed wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from dagster_project.contracts.column import Column
from dagster_project.drill.office import Row
from dagster_project.drill.planting import Ground, Planted, mutator
from dagster_project.ingestion.units import UNIT_IN_YUAN

FEN = Decimal("0.01")


def number_in(text: str) -> Decimal | None:
    """A number as the product's own cells have it, without separators; None where it is written in another way."""
    try:
        return Decimal(re.sub(r"[,,¥¥元\s%]", "", text))
    except InvalidOperation:
        return None


def _first(ground: Ground, of: Callable[[str, Row, Column], str | Decimal | None]) -> Planted | None:
    """Change the first cell for which there is a value."""
    for paper, column, rows in ground.spots():
        for row in rows:
            before = paper.read(row["_row"], column.name)
            value = of(before, row, column)
            if value is not None and value != before:
                return ground.planted(paper, [row["_row"]], ground.change(paper, column, row, value))
    return None


@mutator
def multiply(ground: Ground) -> Planted | None:
    """A number times ``by``."""
    by = Decimal(str(ground.how["by"]))

    def of(before: str, _: Row, __: Column) -> Decimal | None:
        number = number_in(before)
        return None if not number else (number * by).normalize() + 0 if by < 1 else number * by

    return _first(ground, of)


@mutator
def multiply_all(ground: Ground) -> Planted | None:
    """Every amount of the file times ``by``, under the same head: totals too."""
    by = Decimal(str(ground.how["by"]))
    paper = ground.paper()
    columns = ground.columns(paper) if paper else []
    rows = ground.rows(paper) if paper else []
    if not paper or not columns or not rows:
        return None
    for column in columns:
        for number in range(paper.header_row + 1, paper.last_row + 1):
            amount = number_in(paper.read(number, column.name))
            if amount is not None:
                paper.write(number, column.name, (amount * by).normalize() + 0 if by < 1 else amount * by)
    return ground.planted(paper, [], f"全部金额 × {by:f},表头的单位未改")


@mutator
def swap_digits(ground: Ground) -> Planted | None:
    """Two neighbouring digits in front of the point change places: 12 becomes 21."""

    def of(before: str, _: Row, __: Column) -> Decimal | None:
        number = number_in(before)
        if number is None:
            return None
        whole, point, rest = f"{number:f}".partition(".")
        for at in range(len(whole) - 1):
            if whole[at : at + 2].isdigit() and whole[at] != whole[at + 1] and whole[at + 1] != "0":
                return Decimal(whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :] + point + rest)
        return None

    return _first(ground, of)


@mutator
def drop_point(ground: Ground) -> Planted | None:
    """The point of an amount is left out."""

    def of(before: str, _: Row, __: Column) -> Decimal | None:
        number = number_in(before)
        return Decimal(f"{number:f}".replace(".", "")) if number is not None and number % 1 else None

    return _first(ground, of)


@mutator
def negate(ground: Ground) -> Planted | None:
    """An amount with the other sign."""

    def of(before: str, row: Row, column: Column) -> Decimal | None:
        amount = row[column.name]
        number = number_in(re.sub(r"[()()]", "", before))
        return None if not number or amount is None else abs(number) * (1 if amount < 0 else -1)

    return _first(ground, of)


@mutator
def write(ground: Ground) -> Planted | None:
    """A value of the catalogue where another stood; an empty one takes it away."""
    value = str(ground.how["value"])
    return _first(ground, lambda before, _, __: value if before or value else None)


@mutator
def above_maximum(ground: Ground) -> Planted | None:
    """A number beyond what its column may hold."""
    return _first(ground, lambda _, __, column: Decimal(str(column.maximum)) * 10)


@mutator
def mistype(ground: Ground) -> Planted | None:
    """Two neighbouring signs of a code or number change places, so that it is none of the file."""

    def of(before: str, row: Row, column: Column) -> str | None:
        code = re.match(r"[0-9A-Za-z]+(-[0-9A-Za-z]+)*", before)
        if not code or row[column.name] is None:
            return None
        text = code[0]
        for at in range(len(text) - 2, 0, -1):
            typed = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
            if text[at : at + 2].isalnum() and typed != text and typed not in ground.known(column.name):
                return typed + before[len(text) :]
        return None

    return _first(ground, of)


@mutator
def rename(ground: Ground) -> Planted | None:
    """A name that lacks one of its signs, everywhere in the file where ``everywhere`` is set."""
    for paper, column, rows in ground.spots():
        for row in rows:
            before = paper.read(row["_row"], column.name)
            at = len(before) * 2 // 3
            after = before[:at] + before[at + 1 :]
            if len(before) < 6 or after in ground.known(column.name):
                continue
            words = f"{before} → {after}"
            same = [each["_row"] for each in rows if paper.read(each["_row"], column.name) == before]
            changed = same if ground.how.get("everywhere") else [row["_row"]]
            for number in changed:
                paper.write(number, column.name, after)
            return ground.planted(paper, changed, words)
    return None


@mutator
def take_from_another(ground: Ground) -> Planted | None:
    """The values of ``columns`` as another row has them, who has another value in the first of them."""
    names = [str(name) for name in ground.how["columns"]]
    paper = ground.paper()
    rows = ground.rows(paper) if paper else []
    if not paper or any(name not in paper.places for name in names):
        return None
    for row in rows:
        for other in rows:
            if other[names[0]] not in (None, row[names[0]]):
                before = paper.read(row["_row"], names[0])
                for name in names:
                    paper.write(row["_row"], name, paper.read(other["_row"], name))
                return ground.planted(paper, [row["_row"]], f"{before} → {paper.read(row['_row'], names[0])}")
    return None


@mutator
def above_another(ground: Ground) -> Planted | None:
    """An amount ``times`` that of another column of its row."""
    other, times = str(ground.how["other"]), Decimal(str(ground.how["times"]))
    for paper, column, rows in ground.spots():
        for row in rows:
            if row[other]:
                amount = (row[other] * times / UNIT_IN_YUAN[paper.unit or "元"]).quantize(FEN)
                return ground.planted(paper, [row["_row"]], ground.change(paper, column, row, amount))
    return None
