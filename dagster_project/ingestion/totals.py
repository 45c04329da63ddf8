"""Printed totals: whether a subtotal row is the sum of some rows that stand before, behind or around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import numpy as np

CUMULATIVE = "累计"
"""Totals with this word go back before the file begins; nothing in it can prove them."""


@dataclass(frozen=True)
class WrongTotal:
    """A subtotal row whose amount is no sum of the rows of its sheet; amounts in yuan."""

    sheet: str
    row: int
    column: str
    amount: Decimal
    since_last: Decimal
    from_the_top: Decimal


def wrong_totals(
    connection: duckdb.DuckDBPyConnection, rows: str, number: str, marker: str, tolerances: Mapping[str, float]
) -> Iterator[WrongTotal]:
    """The subtotal rows that are no sum of the rows of their sheet.

    A total may be that of all rows above or below it, of the whole sheet, or of the rows between it and an earlier or later
    total. Rows that were rejected count where their amount could be read.

    Args:
        connection: to the database that holds the rows.
        rows: the landed rows, as a relation.
        number: the column that orders them.
        marker: the first cell of a row that is no data, as SQL.
        tolerances: by amount column, in yuan, what a total may be away from its rows.
    """
    names = list(tolerances)
    if not names:
        return
    fen = ", ".join(f"cast(cast({name} as decimal(38, 2)) * 100 as hugeint) as {name}" for name in names)
    query = f"""
        select _sheet as sheet, _row as at_row, _status = 'subtotal' as is_total, {marker} as marker, {fen}
        from {rows} where _status in ('accepted', 'rejected', 'subtotal') order by {number}
    """
    found = connection.execute(query).fetchnumpy()
    sheets = np.asarray(found["sheet"])
    for sheet in dict.fromkeys(sheets[np.asarray(found["is_total"], bool)]):
        of_sheet = sheets == sheet
        for name in names:
            part = {key: found[key][of_sheet] for key in ("at_row", "is_total", "marker", name)}
            yield from _of_column(sheet, name, part, tolerances[name] * 100)


def _of_column(sheet: str, name: str, part: Mapping[str, np.ndarray], tolerance: float) -> Iterator[WrongTotal]:
    amounts: np.ndarray = np.ma.filled(np.ma.asarray(part[name], float), np.nan)
    is_total = np.asarray(part["is_total"], bool)
    running = np.cumsum(np.where(is_total | np.isnan(amounts), 0, amounts))
    places = np.flatnonzero(is_total)
    at = running[places]
    for number, place in enumerate(places):
        amount = amounts[place]
        if np.isnan(amount) or CUMULATIVE in str(part["marker"][place]):
            continue
        others = np.delete(at, number)
        sums: Sequence[float] = [at[number], running[-1], running[-1] - at[number], *np.abs(at[number] - others)]
        if not np.any(np.abs(amount - np.asarray(sums)) <= tolerance):
            before = at[number - 1] if number else 0
            yield WrongTotal(
                sheet, int(part["at_row"][place]), name, _yuan(amount), _yuan(at[number] - before), _yuan(at[number])
            )


def _yuan(fen: float) -> Decimal:
    return Decimal(round(fen)) / 100
