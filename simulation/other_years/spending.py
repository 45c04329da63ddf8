"""Years of spending of offices of other characters (`world/spending_characters.csv`): budgets, vouchers and what divisions expected.

Only money: no files. A character says when an office pays, how much it leaves, how far years differ and how divisions forecast.
"""

from __future__ import annotations

import csv
import math
import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path

from simulation.world import chance
from simulation.world.budget import INITIAL, Allocation, YearBudget, make_budget
from simulation.world.payments import Habits, Voucher, make_payments
from simulation.world.projects import BudgetLine, Project
from simulation.world.targets import YearTargets, targets_of

CHARACTERS = Path(__file__).parents[1] / "world" / "spending_characters.csv"
LAST_YEAR = 2022
"""Years end before the one whose budget has mistakes of its own."""
IDLE_CODE = "31099"
ADJUSTED = 0.4
"""How far the sums of adjustments differ between years, as the standard deviation of their logarithm."""


@dataclass(frozen=True)
class Character:
    """How an office spends; shares in per cent, shifts as standard deviations from year to year."""

    name: str
    basic_weights: tuple[float, ...]
    project_weights: tuple[float, ...]
    is_basic_regular: bool
    is_project_regular: bool
    payments: int
    basic_unspent_pct: float
    project_unspent_pct: float
    rate_shift_pp: float
    season_drift: float
    forecast_bias: float
    forecast_spread: float


@cache
def characters() -> tuple[Character, ...]:
    """All characters."""
    with CHARACTERS.open(encoding="utf-8", newline="") as stream:
        return tuple(_character(row) for row in csv.DictReader(stream))


def _character(row: dict[str, str]) -> Character:
    return Character(
        name=row["character"],
        basic_weights=tuple(map(float, row["basic_weights"].split())),
        project_weights=tuple(map(float, row["project_weights"].split())),
        is_basic_regular=row["is_basic_regular"] == "true",
        is_project_regular=row["is_project_regular"] == "true",
        payments=int(row["payments"]),
        basic_unspent_pct=float(row["basic_unspent_pct"]),
        project_unspent_pct=float(row["project_unspent_pct"]),
        rate_shift_pp=float(row["rate_shift_pp"]),
        season_drift=float(row["season_drift"]),
        forecast_bias=float(row["forecast_bias"]),
        forecast_spread=float(row["forecast_spread"]),
    )


class OfOneYear(Habits):
    """The habits of a character in one year: weights drift, and what is paid by plan is paid in even parts, in its months."""

    def __init__(self, character: Character, rng: random.Random) -> None:
        drift = [math.exp(rng.gauss(0, character.season_drift)) for _ in range(12)]
        tilt = rng.gauss(0, character.season_drift)
        turned = [each * math.exp(tilt * (n - 5.5) / 5.5) for n, each in enumerate(drift)]
        self._weights = {
            True: [a * b for a, b in zip(character.basic_weights, turned, strict=True)],
            False: [a * b for a, b in zip(character.project_weights, turned, strict=True)],
        }
        self._is_regular = {True: character.is_basic_regular, False: character.is_project_regular}

    def months(self, project: Project, count: int, rng: random.Random) -> list[int]:
        """By plan, every part of the year gets its payments; else as it happens."""
        weights = self._weights[project.is_basic]
        if not self._is_regular[project.is_basic]:
            return rng.choices(range(12), weights, k=count)
        ends = list(accumulate(weights))
        return [min(bisect(ends, (n + rng.random()) / count * ends[-1]), 11) for n in range(count)]

    def parts(self, project: Project, count: int, rng: random.Random) -> list[float]:
        """By plan nearly even, else many small and few large."""
        if self._is_regular[project.is_basic]:
            return [rng.uniform(0.9, 1.1) for _ in range(count)]
        return super().parts(project, count, rng)


@dataclass(frozen=True)
class SpentYear:
    """A year of an office: what it was allocated and paid, and what divisions expected by project, quarter made in and quarter."""

    year: int
    budget: YearBudget
    vouchers: list[Voucher]
    expected_fen: dict[tuple[str, int, int], int]


def years_of(character: Character, seed: int, count: int) -> list[SpentYear]:
    """Years of an office up to `LAST_YEAR`, the earliest first; each draws its level, season and forecasts anew.

    Args:
        character: how the office spends.
        seed: another office of this character.
        count: how many years.
    """
    found: list[SpentYear] = []
    for year in range(LAST_YEAR - count + 1, LAST_YEAR + 1):
        rng = chance.stream(seed, "spending", character.name, year)
        targets, unspent = _targets(character, rng)
        budget = make_budget(year, targets, rng, unspent, math.exp(rng.gauss(0, ADJUSTED)))
        before = found[-1].vouchers if found else []
        vouchers = make_payments(budget, targets, before, 1, rng, OfOneYear(character, rng))
        found.append(SpentYear(year, budget, vouchers, _expected(character, year, vouchers, rng)))
    return found


def _targets(character: Character, rng: random.Random) -> tuple[YearTargets, int]:
    """What the year adds up to, and what its projects leave, in fen."""
    given = targets_of(LAST_YEAR, rng)
    size = math.exp(rng.gauss(0, 0.03))
    basic, projects = (
        int(fen * size * (1 - max(pct + rng.gauss(0, character.rate_shift_pp), 0.15) / 100))
        for fen, pct in ((12_860_000_000, character.basic_unspent_pct), (4_700_000_000, character.project_unspent_pct))
    )
    unspent = int(4_700_000_000 * size) - projects
    return replace(
        given,
        budget_fen=int(17_560_000_000 * size),
        basic_paid_fen=basic,
        project_paid_fen=projects,
        payments=character.payments,
    ), unspent


def _expected(
    character: Character, year: int, vouchers: Sequence[Voucher], rng: random.Random
) -> dict[tuple[str, int, int], int]:
    """Each quarter divisions expect what they will spend in it and in the next, with their bias and spread."""
    spent: dict[tuple[str, int], int] = {}
    for voucher in vouchers:
        if voucher.counts_in(year):
            key = voucher.allocation.line.project.code, (voucher.cleared_on.month - 1) // 3 + 1
            spent[key] = spent.get(key, 0) + voucher.amount_fen
    expected = {}
    for code, quarter in sorted(spent):
        for made_in in (quarter - 1, quarter):
            if made_in:
                error = character.forecast_bias * math.exp(rng.gauss(0, character.forecast_spread))
                expected[code, made_in, quarter] = int(max(spent[code, quarter], 0) * error)
    return expected


def with_idle_item(spent: SpentYear, project: Project, share: float) -> SpentYear:
    """The same year in which a part of a project's budget is never spent: an item of its own that nobody buys."""
    of_project = [each for each in spent.budget.allocations if each.line.project == project]
    item_fen = int(sum(each.amount_fen for each in of_project) * share)
    largest = max((each for each in of_project if each.source == INITIAL), key=lambda each: each.amount_fen)
    if largest.amount_fen <= item_fen:
        raise ValueError(f"no allocation of {project.name} is larger than the item")
    item = Allocation(
        f"{largest.number}-1", BudgetLine(project, IDLE_CODE), INITIAL, largest.issued_on, largest.document, item_fen
    )
    cut = replace(largest, amount_fen=largest.amount_fen - item_fen)
    allocations = [cut if each is largest else each for each in spent.budget.allocations]
    thinner = with_less_spent(spent, project, share)
    return replace(thinner, budget=replace(spent.budget, allocations=[*allocations, item]))


def with_less_spent(spent: SpentYear, project: Project, share: float) -> SpentYear:
    """The same year in which every payment of a project is smaller, so that a part of its budget more is left."""
    of_project = [
        each for each in spent.vouchers if each.allocation.line.project == project and each.counts_in(spent.year)
    ]
    budget = sum(each.amount_fen for each in spent.budget.allocations if each.line.project == project)
    part = 1 - share * budget / sum(each.amount_fen for each in of_project)
    mine = {id(each) for each in of_project}
    vouchers = [
        replace(each, amount_fen=int(each.amount_fen * part)) if id(each) in mine else each for each in spent.vouchers
    ]
    expected = {key: int(fen * part) if key[0] == project.code else fen for key, fen in spent.expected_fen.items()}
    return replace(spent, vouchers=vouchers, expected_fen=expected)


def offices(count: int, first_seed: int) -> Iterator[tuple[Character, int]]:
    """So many offices, of all characters in turn."""
    for n in range(count):
        yield characters()[n % len(characters())], first_seed + n
