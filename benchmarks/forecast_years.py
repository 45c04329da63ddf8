"""Simulated years of spending as the forecast would have known them after a month."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np

from dagster_project.in_year.items import Item
from dagster_project.in_year.project_years import MONTHS, Expected, ProjectYear
from simulation.other_years.spending import SpentYear
from simulation.world.projects import PROJECTS

DEPARTMENT = "101001"
FEN = 100.0


def as_known(spent: SpentYear, month: int) -> list[ProjectYear]:
    """The projects of a year after a month: payments and budget up to its end, forecasts made by its middle of the month after."""
    until = date(spent.year, month, 31) if month == MONTHS else date(spent.year, month + 1, 1)
    paid: dict[str, np.ndarray] = defaultdict(lambda: np.zeros((2, MONTHS)))
    for voucher in spent.vouchers:
        if voucher.cleared_on.month <= month and voucher.counts_in(spent.year):
            yuan = voucher.amount_fen / FEN
            paid[voucher.allocation.line.project.code][:, voucher.cleared_on.month - 1] += yuan, yuan * yuan
    expected: dict[str, list[Expected]] = defaultdict(list)
    for (code, made_in, quarter), fen in spent.expected_fen.items():
        if made_in <= (month - 1) // 3 + 1:
            expected[code].append(Expected(made_in, 3 * quarter - 2, 3 * quarter, fen / FEN))
    budget = {code: 0.0 for code in (each.code for each in PROJECTS)}
    for allocation in spent.budget.allocations:
        if allocation.issued_on < until or month == MONTHS:
            budget[allocation.line.project.code] += allocation.amount_fen / FEN
    return [
        ProjectYear(
            DEPARTMENT, spent.year, each.code, each.name, each.unit, "基本支出" if each.is_basic else "项目支出",
            each.category, budget[each.code], paid[each.code][0], paid[each.code][1], month, 0.0, tuple(expected[each.code]),
        )
        for each in PROJECTS
    ]  # fmt: skip


def growth_of(before: SpentYear, month: int) -> dict[str, float]:
    """By kind of spending, by how much the budget of the year before grew from the end of a month on."""
    found = {}
    then, whole = as_known(before, month), as_known(before, MONTHS)
    for kind in ("基本支出", "项目支出"):
        early, late = (sum(each.budget for each in known if each.kind == kind) for known in (then, whole))
        found[kind] = late / early - 1
    return found


def items_known(spent: SpentYear, month: int) -> list[Item]:
    """The items of a year after a month: budget and payments of each project and economic code."""
    budget: dict[tuple[str, str], float] = defaultdict(float)
    paid: dict[tuple[str, str], list[float]] = defaultdict(list)
    first: dict[tuple[str, str], int] = {}
    for allocation in spent.budget.allocations:
        if allocation.issued_on.month <= month:
            line = allocation.line
            budget[line.project.code, line.economic] += allocation.amount_fen / FEN
    for voucher in spent.vouchers:
        if voucher.cleared_on.month <= month and voucher.counts_in(spent.year):
            line = voucher.allocation.line
            key = line.project.code, line.economic
            paid[key].append(voucher.amount_fen / FEN)
            first[key] = min(first.get(key, MONTHS), voucher.cleared_on.month)
    return [
        Item(
            (DEPARTMENT, spent.year, code), economic, yuan, sum(paid[code, economic]), _scatters_like(paid[code, economic]),
            first.get((code, economic), 0),
        )
        for (code, economic), yuan in budget.items()
        if yuan > 0
    ]  # fmt: skip


def _scatters_like(amounts: list[float]) -> float:
    squares = sum(each * each for each in amounts)
    return sum(map(abs, amounts)) ** 2 / squares if squares else 0.0
