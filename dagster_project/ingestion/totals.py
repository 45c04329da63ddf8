"""Printed totals: whether a subtotal row is the sum of some rows that stand before, behind or around it, or of the group it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from dagster_project.ingestion.row_notes import CARRIED
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.suspect_rows import Suspect, blanks, suspects
from dagster_project.ingestion.total_groups import HUNDREDTHS, Groups
from dagster_project.ingestion.units import UNIT_IN_YUAN

CUMULATIVE = "累计"
"""Totals with this word go back before the file begins: what was carried into it must be the same for each of them."""
UNIT_STEPS = sorted(
    {round(one / other) for one in UNIT_IN_YUAN.values() for other in UNIT_IN_YUAN.values() if one > other}
)
"""By how much a total is off that is printed in another unit than its rows."""


@dataclass(frozen=True)
class WrongTotal:
    """A subtotal row whose number is no sum of the rows of its sheet; numbers in yuan, or as they are in columns that hold no money.

    ``expected`` is the sum that lies nearest, or that of the ``group`` whose name the row bears; ``carried`` says that it is
    what a running total would be that goes on from the one before. ``suspects`` are rows of which each alone explains it.
    """

    sheet: str
    row: int
    column: str
    amount: float
    expected: float
    since_last: float
    from_the_top: float
    group: str = ""
    is_carried: bool = False
    unit_step: int = 0
    suspects: Sequence[Suspect] = ()

    def in_words(self, unit: str) -> str:
        """What it should be and by how much it is off; ``unit`` stands behind each number, with a blank before it."""

        def shown(number: float) -> str:
            return f"{number:,.2f}{unit}" if unit else f"{number:,.0f}"

        off = "多" if self.amount > self.expected else "少"
        text = f"应为 {shown(self.expected)},{off} {shown(abs(self.amount - self.expected))};"
        if self.unit_step:
            text = f"与各行之和差 {self.unit_step:,} 倍,像是用了另一个单位;" + text
        if self.group:
            text += f"即“{self.group}”各行之和"
        elif self.is_carried:
            text += "即上一个累计加其后各行"
        else:
            text += f"上一个合计之后各行合计 {shown(self.since_last)},表中自上而下累计 {shown(self.from_the_top)}"
        return text + "".join(
            f";可能是第 {each.row} 行{'' if each.is_blank else f' {shown(each.amount / HUNDREDTHS)} '}{each.fault}"
            + (f",应为 {shown(each.meant / HUNDREDTHS)}" if each.meant else "")
            for each in self.suspects
        )


def wrong_totals(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    number: str,
    marker: str,
    tolerances: Mapping[str, float],
    named: Groups,
) -> Iterator[WrongTotal]:
    """The subtotal rows that are no sum of the rows of their sheet.

    A total may be that of all rows above or below it, of the whole sheet, or of the rows between it and an earlier or later
    total; or of the rows that bear the name which stands in its row (a project, a month). Rows that were rejected count where
    their number could be read. A running total (累计) may also go on from the one before. What is carried from page to page
    is a total of the rows above.

    Args:
        connection: to the database that holds the rows.
        rows: the landed rows, as a relation.
        number: the column that orders them.
        marker: the first cell of a row that is no data, as SQL.
        tolerances: by column, in yuan or as the column counts, what a total may be away from its rows.
        named: the sums of the groups of rows whose names totals may bear.
    """
    names = list(tolerances)
    if not names:
        return
    hundredths = ", ".join(
        f"cast(cast({name} as decimal(38, 2)) * {HUNDREDTHS} as hugeint) as {name}" for name in names
    )
    query = f"""
        select _sheet as sheet, _row as at_row, _status in ('subtotal', 'footnote') as is_total, {marker} as marker, {hundredths}
        from {rows}
        where _status in ('accepted', 'rejected', 'subtotal') or {is_carried(marker)}
        order by {number}
    """
    found = connection.execute(query).fetchnumpy()
    sheets = np.asarray(found["sheet"])
    for sheet in dict.fromkeys(sheets[np.asarray(found["is_total"], bool)]):
        of_sheet = sheets == sheet
        for name in names:
            part = {key: found[key][of_sheet] for key in ("at_row", "is_total", "marker", name)}
            yield from _of_column(sheet, name, part, tolerances[name] * HUNDREDTHS, named)


def is_carried(marker: str) -> str:
    """Whether a row says what is carried from page to page, by its first cell, as SQL."""
    text = f"regexp_replace({marker}, '\\s', '', 'g')"
    return f"(_status = 'footnote' and regexp_matches({text}, {literal('^' + CARRIED)}))"


def _of_column(
    sheet: str, name: str, part: Mapping[str, np.ndarray], tolerance: float, named: Groups
) -> Iterator[WrongTotal]:
    amounts: np.ndarray = np.ma.filled(np.ma.asarray(part[name], float), np.nan)
    is_total = np.asarray(part["is_total"], bool)
    running = np.cumsum(np.where(is_total | np.isnan(amounts), 0, amounts))
    places = np.flatnonzero(is_total)
    at = running[places]
    carried: float | None = None
    for number, place in enumerate(places):
        amount, row = amounts[place], int(part["at_row"][place])
        if np.isnan(amount):
            continue
        since, until = at[number] - at[:number], at[number + 1 :] - at[number]
        sums = np.asarray([at[number], running[-1], running[-1] - at[number], *since, *until])
        is_running = CUMULATIVE in str(part["marker"][place])
        if is_running and carried is None:
            carried = amount - at[number]  # nothing in the file can prove what it began with
            continue
        if is_running and carried is not None:
            sums = np.append(sums, carried + at[number])
        if np.any(np.abs(amount - sums) <= tolerance):
            continue
        if is_total.all() and abs(amount - named.total(name)) <= tolerance:
            continue  # a sheet of totals sums up the others
        group, of_groups = named.sums_of(sheet, row, name)
        if any(abs(amount - total) <= tolerance for total in of_groups):
            continue
        of_group = of_groups[0] if of_groups else None
        before = at[number - 1] if number else 0
        nearest = at[number] + carried if is_running and carried is not None else _nearest(amount, at[number], before)
        expected = nearest if of_group is None else of_group
        yield WrongTotal(
            sheet,
            row,
            name,
            amount / HUNDREDTHS,
            expected / HUNDREDTHS,
            (at[number] - before) / HUNDREDTHS,
            at[number] / HUNDREDTHS,
            group,
            is_running and of_group is None,
            step := _unit_step(amount, [*sums, expected]),
            [] if step else _suspects(part["at_row"], amounts, is_total, places, number, tolerance),
        )


def _suspects(
    rows: np.ndarray, amounts: np.ndarray, is_total: np.ndarray, places: np.ndarray, number: int, tolerance: float
) -> list[Suspect]:
    """Rows that explain a total, looked for among those it may be the sum of: since the total before, above it, in the sheet, below it."""
    place, end = places[number], len(amounts)
    since = places[number - 1] if number else 0
    for first, last in dict.fromkeys(((since, place), (0, place), (0, end), (place, end))):
        counts = ~is_total[first:last] & ~np.isnan(amounts[first:last])
        held, at = amounts[first:last][counts], np.asarray(rows)[first:last][counts]
        if found := suspects(at, held, amounts[place] - held.sum(), tolerance):
            return found
    is_blank = ~is_total[since:place] & np.isnan(amounts[since:place])
    return blanks(
        np.asarray(rows)[since:place][is_blank],
        amounts[place] - np.nansum(amounts[since:place][~is_total[since:place]]),
    )


def _nearest(amount: float, from_the_top: float, before: float) -> float:
    """Of the sums that a total usually is, the one nearest to it."""
    return min((from_the_top - before, from_the_top), key=lambda each: abs(each - amount))


def _unit_step(amount: float, sums: Sequence[float]) -> int:
    """By what factor a total is off that only has another unit than its rows; 0 where that is not so."""
    for step in UNIT_STEPS:
        for total in sums:
            if total and (abs(amount * step - total) <= step / 2 or abs(amount - total * step) <= step / 2):
                return step
    return 0
