"""Balances carried over at the end of a year: what the next year opens with, and what was cancelled instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulation.world.budget import CARRIED_OVER, YearBudget
from simulation.world.chance import split
from simulation.world.payments import Voucher
from simulation.world.projects import PROJECTS, Project

Budgets = Mapping[int, YearBudget]
SHARE_OF_RESOURCES_2023 = 0.011
KEPT_OF_PROJECTS_2023 = 0.95
CONTINUED, ENDED = "结转", "结余"
BASIC, PROJECT = "基本支出", "项目支出"
ENDED_PROJECTS = 9
ENDED_FEN = {2021: 4_120_355, 2022: 5_386_217, 2023: 4_009_844}
"""Surplus of ended projects at the end of each year; the finance department takes it back in the next."""
OWN_FUNDS = "3"
OWN_FEN = 2_806_550
"""It stays: no ledger tells what comes in and goes out of the unit's own funds."""
OWN_FUNDS_PROJECT = "其他运行经费"


@dataclass(frozen=True)
class Balance:
    """One balance in fen; None where there is none."""

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


def balances_of(year: int, budgets: Budgets, vouchers: Sequence[Voucher]) -> list[Balance]:
    """The balances of a year: 30 projects carried over, nine surpluses and one row of the unit's own funds."""
    unspent = _unspent(year, budgets[year], vouchers)
    opening, closing = _allocated_as_carried_over(budgets[year]), _closing(year, budgets, unspent)
    cancelled = _cancelled(year, unspent, closing)
    balances = [Balance(p, CONTINUED, opening.get(p), cancelled.get(p), closing[p]) for p in PROJECTS]
    before, after = _ended(year - 1), _ended(year)
    for project in dict.fromkeys((*before, *after)):
        gone = before.get(project)
        balances.append(Balance(project, ENDED, gone, gone, after.get(project)))
    own = next(p for p in PROJECTS if p.name == OWN_FUNDS_PROJECT)
    balances.append(Balance(own, CONTINUED, OWN_FEN, 0, OWN_FEN, OWN_FUNDS))
    return balances


def _allocated_as_carried_over(budget: YearBudget) -> dict[Project, int]:
    carried: dict[Project, int] = defaultdict(int)
    for allocation in budget.allocations:
        if allocation.source == CARRIED_OVER:
            carried[allocation.line.project] += allocation.amount_fen
    return dict(carried)


def _ended(year: int) -> dict[Project, int]:
    """Surplus by ended project: five projects a year, one of them also in the year before."""
    projects = [p for p in PROJECTS if not p.is_basic][-ENDED_PROJECTS:]
    chosen = projects[:5] if year % 2 else projects[4:]
    return dict(zip(chosen, split(ENDED_FEN[year], [3, 1, 2, 5, 4]), strict=True))


def _unspent(year: int, budget: YearBudget, vouchers: Sequence[Voucher]) -> dict[Project, int]:
    unspent = {project: 0 for project in PROJECTS}
    for allocation in budget.allocations:
        unspent[allocation.line.project] += allocation.amount_fen
    for voucher in vouchers:
        if voucher.counts_in(year):
            unspent[voucher.allocation.line.project] -= voucher.amount_fen
    return unspent


def _closing(year: int, budgets: Budgets, unspent: Mapping[Project, int]) -> dict[Project, int]:
    """What is carried over by project: that of 2022 is what 2023 opens with, that of 2023 a share of the resources."""
    if year + 1 == 2023:
        carried = _allocated_as_carried_over(budgets[2023])
        return {project: carried.get(project, 0) for project in PROJECTS}
    budget_fen = sum(a.amount_fen for a in budgets[year].allocations) + ENDED_FEN[year - 1]
    total = int(budget_fen * SHARE_OF_RESOURCES_2023)
    projects = [p for p in PROJECTS if not p.is_basic]
    basic = [p for p in PROJECTS if p.is_basic]
    of_projects = int(sum(unspent[p] for p in projects) * KEPT_OF_PROJECTS_2023) - ENDED_FEN[year]
    closing = dict(zip(projects, split(of_projects, [unspent[p] for p in projects], least=0), strict=True))
    rest = total - of_projects - ENDED_FEN[year]
    return closing | dict(zip(basic, split(rest, [unspent[p] for p in basic], least=0), strict=True))


def _cancelled(year: int, unspent: Mapping[Project, int], closing: Mapping[Project, int]) -> dict[Project, int]:
    """What the finance department cancelled at the end of the year: with the closing balances all that is unspent."""
    cancelled: dict[Project, int] = {}
    for is_basic in (True, False):
        projects = [p for p in PROJECTS if p.is_basic == is_basic]
        rest = sum(unspent[p] - closing[p] for p in projects) - (0 if is_basic else ENDED_FEN[year])
        losers = [p for p in projects if unspent[p] > closing[p]]
        parts = split(rest, [unspent[p] - closing[p] for p in losers], least=0)
        cancelled |= dict(zip(losers, parts, strict=True))
    return cancelled
