"""Budget allocations of a year: the initial budget, the adjustments, and the rows that were wrong at first."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from simulation.world.chance import pick, split, uneven
from simulation.world.projects import LINES, PROJECTS, BudgetLine, Project, initial_budgets, split_to_lines
from simulation.world.targets import YearTargets

INITIAL, CARRIED_OVER, ADDED, REDUCED, MOVED, WITHDRAWN = "年初预算", "上年结转", "年中追加", "调减", "调剂", "收回"
INITIAL_ROWS = 300
FIRST_ISSUED = (1, 3)
PROJECTS_UNSPENT_FEN = 116_000_000


@dataclass(frozen=True)
class Allocation:
    """One allocation; ``amount_fen`` is negative for reductions and withdrawals."""

    number: str
    line: BudgetLine
    source: str
    issued_on: date
    document: str
    amount_fen: int
    remark: str | None = None


@dataclass(frozen=True)
class YearBudget:
    """The allocations of a year in force, and the same as first written down where that was wrong."""

    year: int
    allocations: list[Allocation]
    first_versions: dict[str, Allocation]
    initial_fen: dict[str, int]

    def opening(self) -> list[Allocation]:
        """The allocations of January, as first written down."""
        return [self.first_versions.get(a.number, a) for a in self.allocations if a.source in (INITIAL, CARRIED_OVER)]

    def adjustments(self) -> list[Allocation]:
        """The allocations of later months, as first written down."""
        later = (a for a in self.allocations if a.source not in (INITIAL, CARRIED_OVER))
        return [self.first_versions.get(a.number, a) for a in later]

    def corrections(self) -> list[Allocation]:
        """The allocations that were wrong at first, as they are."""
        return [a for a in self.allocations if a.number in self.first_versions]


def _small_rows(
    source: str, count: int, total_fen: int, lines: list[BudgetLine], room: dict[BudgetLine, int], rng: random.Random
) -> list[tuple[BudgetLine, str, int]]:
    """Rows of one source that add up to ``total_fen``, on random lines of the larger half by their ``room``."""
    larger = sorted(lines, key=room.__getitem__, reverse=True)[: max(count, len(lines) // 2)]
    chosen = rng.sample(larger, count)
    sign = 1 if total_fen > 0 else -1
    parts = split(abs(total_fen), [room[line] * rng.uniform(0.5, 1.5) for line in chosen])
    return [(line, source, sign * part) for line, part in zip(chosen, parts, strict=True)]


def _moves(count: int, room: dict[BudgetLine, int], rng: random.Random) -> list[tuple[BudgetLine, str, int]]:
    """Pairs that take from one line of a project and give to another: each adds to zero."""
    rows: list[tuple[BudgetLine, str, int]] = []
    movable = [p for p in PROJECTS if len(p.economic) > 1]
    for _ in range(count):
        project = pick(rng, movable)
        giver, taker = rng.sample([line for line in LINES if line.project == project], 2)
        amount = max(100, min(room[giver], room[taker]) // rng.randrange(40, 90))
        rows += [(giver, MOVED, -amount), (taker, MOVED, amount)]
    return rows


def _opening_rows(lines_fen: dict[BudgetLine, int], rng: random.Random) -> list[tuple[BudgetLine, str, int]]:
    """The initial budget of each line in one or more allocations, `INITIAL_ROWS` in all."""
    counts = split(INITIAL_ROWS, [lines_fen[line] ** 0.3 for line in LINES])
    return [
        (line, INITIAL, part)
        for line, count in zip(LINES, counts, strict=True)
        for part in split(lines_fen[line], uneven(rng, count), least=10_000)
    ]


def _dated(year: int, source: str, rng: random.Random) -> date:
    if source in (INITIAL, CARRIED_OVER):
        return date(year, *FIRST_ISSUED)
    if source == WITHDRAWN:
        return date(year, 10, 16) + timedelta(days=rng.randrange(10))
    return date(year, 4, 3) + timedelta(days=rng.randrange(180))


def make_budget(
    year: int,
    targets: YearTargets,
    rng: random.Random,
    projects_unspent_fen: int = PROJECTS_UNSPENT_FEN,
    adjusted: float = 1.0,
) -> YearBudget:
    """The allocations of a year: in force they add up to the target, the initial rows to each initial budget.

    Args:
        year: the year.
        targets: what it adds up to.
        rng: the random stream of the budget.
        projects_unspent_fen: what projects leave.
        adjusted: how many times the usual sum is added, reduced and withdrawn within the year.
    """
    project_after_fen = targets.project_paid_fen + projects_unspent_fen + rng.randrange(-500_000, 500_000)
    adjustments_fen = {
        (CARRIED_OVER, False): 108_340_000 + rng.randrange(1_000_000),
        (ADDED, False): 196_250_000 + rng.randrange(1_000_000),
        (REDUCED, False): -71_480_000 - rng.randrange(1_000_000),
        (WITHDRAWN, False): -52_660_000 - rng.randrange(1_000_000),
        (ADDED, True): 121_900_000 + rng.randrange(1_000_000),
        (REDUCED, True): -44_170_000 - rng.randrange(1_000_000),
    }
    adjustments_fen = {key: int(fen * adjusted) for key, fen in adjustments_fen.items()}
    rows_of = {(CARRIED_OVER, False): 10, (ADDED, False): 18, (REDUCED, False): 12, (WITHDRAWN, False): 6}
    net = {basic: sum(v for (_, b), v in adjustments_fen.items() if b == basic) for basic in (True, False)}
    initial_fen = initial_budgets(
        targets, project_after_fen - net[False], targets.budget_fen - project_after_fen - net[True], rng
    )
    lines_fen: dict[BudgetLine, int] = {}
    for project in PROJECTS:
        lines = [line for line in LINES if line.project == project]
        lines_fen |= dict(zip(lines, split_to_lines(project, initial_fen[project.code], rng), strict=True))
    drafts = _opening_rows(lines_fen, rng)
    for (source, is_basic), total in adjustments_fen.items():
        lines = [line for line in LINES if line.project.is_basic == is_basic]
        drafts += _small_rows(source, rows_of.get((source, is_basic), 7), total, lines, lines_fen, rng)
    drafts += _moves(20, lines_fen, rng)
    allocations = _numbered(year, drafts, rng)
    return YearBudget(year, allocations, _mistaken(allocations, rng) if year == 2023 else {}, initial_fen)


def _numbered(year: int, drafts: list[tuple[BudgetLine, str, int]], rng: random.Random) -> list[Allocation]:
    dated = sorted(
        ((_dated(year, source, rng), n, line, source, amount) for n, (line, source, amount) in enumerate(drafts)),
        key=lambda draft: draft[:2],
    )
    return [
        Allocation(
            number=f"ZB{year}{n:06d}",
            line=line,
            source=source,
            issued_on=issued_on,
            document=f"穗财行\u3014{year}\u3015{issued_on.month * 10 + issued_on.day % 9}号",
            amount_fen=amount,
            remark="据实调整" if source in (MOVED, REDUCED) and n % 4 == 0 else None,
        )
        for n, (issued_on, _, line, source, amount) in enumerate(dated, start=1)
    ]


def _mistaken(allocations: list[Allocation], rng: random.Random) -> dict[str, Allocation]:
    """Five allocations as first written down: an amount ten times too large, or with two digits lost."""
    opening = rng.sample([a for a in allocations if a.source == INITIAL and 1_000_000 < a.amount_fen < 90_000_000], 3)
    added = rng.sample([a for a in allocations if a.source == ADDED], 2)
    wrong = [replace(a, amount_fen=a.amount_fen * 10) for a in opening]
    wrong += [replace(a, amount_fen=a.amount_fen // 100) for a in added]
    return {a.number: a for a in wrong}


def allocated_fen(budget: YearBudget, project: Project, until: date) -> int:
    """What a project was allocated up to a day."""
    return sum(a.amount_fen for a in budget.allocations if a.line.project == project and a.issued_on <= until)
