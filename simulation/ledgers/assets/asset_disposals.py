"""Disposals of assets: approved, carried out, struck off the books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON, LEFT_BRACKET, RIGHT_BRACKET
from simulation.world.asset_cards import gone_in
from simulation.world.calendar import beijing
from simulation.world.values import Row, yuan
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The disposals of a year in January."""
    habits = Habits(
        title=f"{year}年资产处置台账",
        has_unit_row=True,
        date_forms=("cell", "dot", "slash"),
        nil_text="/",
        nil_columns=("confirmed_on",),
        has_total_row=True,
        footnotes=(f"填报人{FULL_COLON}经办人03",),
    )
    path = f"asset_disposals/{year}/{year}年资产处置台账.xlsx"
    sheet = Sheet("asset_disposals", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 10, 9, 20), [sheet])


def rows(world: World, year: int) -> list[Row]:
    """The disposals of a year. In 2022 one came before its approval, and one was not booked by the end of the year."""
    rng = world.stream("asset_disposals", year)
    disposals: list[Row] = []
    for n, card in enumerate(gone_in(world.assets, year), start=1):
        assert card.disposed_on is not None and card.written_off_on is not None
        approved_on = card.disposed_on - timedelta(days=rng.randrange(1, 40))
        is_first, is_irregular = n == 1, year == 2022 and n == 5
        if is_first:
            approved_on = card.disposed_on
        if is_irregular:
            approved_on = card.disposed_on + timedelta(days=12)
        is_booked = card.written_off_on.year == year
        method = "报损" if card.missing_in == year else "无偿划转" if n % 9 == 4 else "报废"
        sold = method == "报废" and n % 20 == 7
        before = card.written_off_on.replace(day=1) - timedelta(days=1)
        disposals.append(
            {
                "disposal_no": f"CZ{year}-{n:03d}",
                "card_no": card.number,
                "asset_name": card.name,
                "disposal_method": method,
                "acquired_on": card.acquired_on,
                "original_value_yuan": yuan(card.original_fen),
                "depreciation_yuan": yuan(card.depreciation_fen(before)),
                "approved_on": approved_on,
                "approval_no": f"穗人办资{LEFT_BRACKET}{year}{RIGHT_BRACKET}{10 + n // 6}号",
                "disposed_on": card.disposed_on,
                "booked_on": card.written_off_on if is_booked else None,
                "proceeds_yuan": yuan(15_000 + rng.randrange(9_000)) if sold else yuan(0) if n % 3 == 0 else None,
                "confirmed_on": date(2022, 12, 15) if is_irregular else None,
            }
        )
    return disposals
