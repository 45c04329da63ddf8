"""Income from assets as it came in and was remitted."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing
from simulation.world.values import Row, yuan
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The income of a year in January."""
    habits = Habits(
        title=f"{year}年资产收益台账", has_unit_row=True, has_total_row=True, date_forms=("chinese", "cell")
    )
    path = f"asset_income/{year}/{year}年资产收益台账.xlsx"
    sheet = Sheet("asset_income", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 10, 9, 5), [sheet])


def rows(world: World, year: int) -> list[Row]:
    """The rows of the income ledger."""
    return [
        {
            "income_no": f"SY{year}-{n:02d}",
            "income_kind": one.kind,
            "card_no": one.card_no,
            "amount_yuan": yuan(one.amount_fen),
            "received_on": one.received_on,
            "remitted_on": one.remitted_on,
            "remittance_no": f"4401{year}{one.remitted_on:%m%d}{n:04d}",
        }
        for n, one in enumerate(world.income(year), start=1)
    ]
