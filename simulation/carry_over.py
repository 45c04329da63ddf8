"""Balances carried over at the end of a year: what the next year opens with, and what was cancelled instead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from simulation.allocate import split, yuan
from simulation.budget import CARRIED_OVER
from simulation.handed_in import Row
from simulation.projects import PROJECTS, Project

if TYPE_CHECKING:
    from simulation.office import Office

SHARE_OF_RESOURCES_2023 = 0.011
KEPT_OF_PROJECTS_2023 = 0.95
CONTINUED, ENDED = "结转", "结余"
BASIC, PROJECT = "基本支出", "项目支出"
ENDED_PROJECTS = 9
ENDED_FEN = {2021: 4_120_355, 2022: 5_386_217, 2023: 4_009_844}
"""Surplus of ended projects at the end of each year; the finance department takes it back in the next."""
OWN_FUNDS = "3"
OWN_FEN = {2021: 3_511_000, 2022: 3_200_000, 2023: 2_806_550}
OWN_FUNDS_PROJECT = "其他运行经费"


@dataclass(frozen=True)
class Balance:
    """One row of the ledger in fen; None is a blank cell."""

    project: Project
    kind: str
    opening_fen: int | None
    withdrawn_fen: int | None
    closing_fen: int | None
    fund: str = "11"

    @property
    def spending_kind(self) -> str:
        """Basic or project spending."""
        return BASIC if self.project.is_basic else PROJECT


def balances_of(office: Office, year: int) -> list[Balance]:
    """The balances of a year: 30 projects carried over, nine surpluses and one row of the unit's own funds."""
    opening, closing = _allocated_as_carried_over(office, year), _closing(office, year)
    cancelled = _cancelled(office, year, closing)
    balances = [Balance(p, CONTINUED, opening.get(p), cancelled.get(p), closing[p]) for p in PROJECTS]
    before, after = _ended(year - 1), _ended(year)
    for project in dict.fromkeys((*before, *after)):
        gone = before.get(project)
        balances.append(Balance(project, ENDED, gone, gone, after.get(project)))
    own = next(p for p in PROJECTS if p.name == OWN_FUNDS_PROJECT)
    balances.append(Balance(own, CONTINUED, OWN_FEN[year - 1], 0, OWN_FEN[year], OWN_FUNDS))
    return balances


def _allocated_as_carried_over(office: Office, year: int) -> dict[Project, int]:
    carried: dict[Project, int] = defaultdict(int)
    for allocation in office.budget(year).allocations:
        if allocation.source == CARRIED_OVER:
            carried[allocation.line.project] += allocation.amount_fen
    return dict(carried)


def _ended(year: int) -> dict[Project, int]:
    """Surplus by ended project: five projects a year, one of them also in the year before."""
    projects = [p for p in PROJECTS if not p.is_basic][-ENDED_PROJECTS:]
    chosen = projects[:5] if year % 2 else projects[4:]
    return dict(zip(chosen, split(ENDED_FEN[year], [3, 1, 2, 5, 4]), strict=True))


def _unspent(office: Office, year: int) -> dict[Project, int]:
    unspent = {project: 0 for project in PROJECTS}
    for allocation in office.budget(year).allocations:
        unspent[allocation.line.project] += allocation.amount_fen
    for voucher in office.vouchers(year):
        if voucher.original is None or voucher.original.cleared_on.year == year:
            unspent[voucher.allocation.line.project] -= voucher.amount_fen
    return unspent


def _closing(office: Office, year: int) -> dict[Project, int]:
    """What is carried over by project: that of 2022 is what 2023 opens with, that of 2023 a share of the resources."""
    if year + 1 == 2023:
        carried = _allocated_as_carried_over(office, 2023)
        return {project: carried.get(project, 0) for project in PROJECTS}
    unspent = _unspent(office, year)
    budget_fen = sum(a.amount_fen for a in office.budget(year).allocations) + ENDED_FEN[year - 1]
    total = int(budget_fen * SHARE_OF_RESOURCES_2023)
    projects = [p for p in PROJECTS if not p.is_basic]
    basic = [p for p in PROJECTS if p.is_basic]
    of_projects = int(sum(unspent[p] for p in projects) * KEPT_OF_PROJECTS_2023) - ENDED_FEN[year]
    closing = dict(zip(projects, split(of_projects, [unspent[p] for p in projects], least=0), strict=True))
    rest = total - of_projects - ENDED_FEN[year]
    return closing | dict(zip(basic, split(rest, [unspent[p] for p in basic], least=0), strict=True))


def _cancelled(office: Office, year: int, closing: dict[Project, int]) -> dict[Project, int]:
    """What the finance department cancelled at the end of the year: with the closing balances all that is unspent."""
    unspent = _unspent(office, year)
    cancelled: dict[Project, int] = {}
    for is_basic in (True, False):
        projects = [p for p in PROJECTS if p.is_basic == is_basic]
        rest = sum(unspent[p] - closing[p] for p in projects) - (0 if is_basic else ENDED_FEN[year])
        losers = [p for p in projects if unspent[p] > closing[p]]
        parts = split(rest, [unspent[p] - closing[p] for p in losers], least=0)
        cancelled |= dict(zip(losers, parts, strict=True))
    return cancelled


def rows(office: Office, year: int) -> list[Row]:
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
        for balance in balances_of(office, year)
    ]


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else yuan(fen)
