"""The final accounts of a year as they are handed in to the finance department: by fund and class of spending."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.carry_over import BASIC, ENDED, PROJECT
from simulation.world.values import Row, yuan
from simulation.world.world import World

FISCAL_FUND = "11"


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The totals of the final accounts in the February after the year."""
    habits = Habits(
        title=f"{year}年度部门决算收支总表(按资金性质和支出类别)",
        unit="元",
        has_unit_row=True,
        code_style_of={"fund_type": "pair"},
        thousands_every=1,
        has_total_row=True,
        footnotes=(f"注{FULL_COLON}年初数已扣除财政收回的结余,本年收入已扣除年末注销的指标。",),
    )
    path = f"final_account_reports/{year}/{year}年度部门决算报表.xlsx"
    sheet = Sheet("final_account_reports", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 2, 23, 10, 30), [sheet])


def rows(world: World, year: int) -> list[Row]:
    """The rows of the ledger: both classes of fiscal appropriations, and the unit's own funds."""
    return [_row(world, year, fund, kind) for fund, kind in _lines(world, year)]


def _lines(world: World, year: int) -> list[tuple[str, str]]:
    own = {(b.fund, b.spending_kind) for b in world.balances(year) if b.fund != FISCAL_FUND}
    return [(FISCAL_FUND, BASIC), (FISCAL_FUND, PROJECT), *sorted(own)]


def _row(world: World, year: int, fund: str, kind: str) -> Row:
    balances = [b for b in world.balances(year) if b.fund == fund and b.spending_kind == kind]
    returned = sum(b.withdrawn_fen or 0 for b in balances if b.kind == ENDED)
    opening = sum(b.opening_fen or 0 for b in balances) - returned
    closing = sum(b.closing_fen or 0 for b in balances)
    spent = sum(
        voucher.amount_fen
        for voucher in world.vouchers(year)
        if fund == FISCAL_FUND
        and voucher.counts_in(year)
        and voucher.allocation.line.project.is_basic == (kind == BASIC)
    )
    return {
        "fund_type": fund,
        "spending_kind": kind,
        "opening_yuan": yuan(opening),
        "income_yuan": yuan(spent + closing - opening),
        "spent_yuan": yuan(spent),
        "closing_yuan": yuan(closing),
    }
