"""Procurement intentions as published, by quarter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import DASH, FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.values import Row, Value
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The intentions of each quarter; the first holds what was published before the year."""
    for quarter in range(1, 5):
        habits = Habits(
            title=f"{year}年第{quarter}批政府采购意向公开",
            unit="万元" if quarter % 2 else "元",
            has_unit_row=True,
            header_choice=quarter // 3,
            date_forms=("cell", "chinese", "dot", "cell"),
            nil_text=DASH,
            nil_columns=("remark",),
            has_total_row=quarter > 2,
            footnotes=(f"注{FULL_COLON}采购意向以实际发布的采购公告为准。",),
            thousands_every=0 if quarter % 2 else 4,
            fullwidth_every=11,
        )
        path = f"procurement_intentions/{year}/{year}年第{quarter}批采购意向公开.xlsx"
        received_at = beijing(year + quarter // 4, quarter * 3 % 12 + 1, 8, 9, 30)
        sheet = Sheet("procurement_intentions", rows(world, year, quarter), habits)
        yield HandedFile(path, f"{year}Q{quarter}", received_at, [sheet])


def rows(world: World, year: int, quarter: int) -> list[Row]:
    """The versions published in a quarter, numbered."""
    published = world.procurement.intentions[year]
    of_quarter = [row for row in published if _quarter(row["published_on"], year) == quarter]
    return [{"sequence_no": n, **row} for n, row in enumerate(of_quarter, start=1)]


def _quarter(day: Value, year: int) -> int:
    if not isinstance(day, date):
        raise TypeError(f"{day!r} is no date")
    return (day.month + 2) // 3 if day.year == year else 1
