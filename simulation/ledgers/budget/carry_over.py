"""The balances carried over at the end of a year as the finance department asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.carry_over import OWN_FUNDS
from simulation.world.values import Row, yuan
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The table of a year in January."""
    habits = Habits(
        title=f"{year}年财政拨款结转结余表",
        unit="万元",
        has_unit_row=True,
        code_style_of={"fund_type": "pair"},
        indented_column="project_name",
        subtotal_by="spending_kind",
        has_total_row=True,
        footnotes=(f"注{FULL_COLON}单位资金单列。",),
    )
    path = f"carry_over/{year}/{year}年结转结余表.xlsx"
    sheet = Sheet("carry_over", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 16, 16, 0), [sheet])


def rows(world: World, year: int) -> list[Row]:
    """The rows of the ledger. A nil balance is 0 where the item exists and blank where it does not."""
    return [
        {
            "fund_type": balance.fund,
            "spending_kind": balance.spending_kind,
            "project_code": balance.project.code,
            "project_name": balance.project.name,
            "balance_kind": balance.kind,
            "opening_yuan": _yuan(balance.opening_fen),
            "withdrawn_yuan": _yuan(balance.withdrawn_fen),
            "closing_yuan": _yuan(balance.closing_fen),
            "remark": "单位资金,不属财政拨款" if balance.fund == OWN_FUNDS else None,
        }
        for balance in world.balances(year)
    ]


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else yuan(fen)
