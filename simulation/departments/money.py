"""What a department was granted and paid in the year: projects, allocations, vouchers and balances, in whole fen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from simulation.departments.members import Member
from simulation.world.budget import ADDED, CARRIED_OVER, INITIAL, REDUCED, Allocation, YearBudget
from simulation.world.calendar import is_worked
from simulation.world.carry_over import CONTINUED, Balance
from simulation.world.chance import split
from simulation.world.payments import Voucher
from simulation.world.projects import BudgetLine, Project

YEAR = 2023
WAN_FEN = 1_000_000
STAFF = {"small": (10, 30), "medium": (40, 90), "large": (120, 260)}
PER_HEAD_WAN = {"1": 25, "21": 3}
LARGE_PROJECT_WAN = 520
"""The first project lies above the threshold of monitoring at mid-year in every department."""
TITLES = (
    ("业务专项经费", "30227 30213"), ("公共服务经费", "30226 30227"), ("设备更新经费", "31002 30213"),
    ("宣传培训经费", "30216 30202"), ("信息化运行经费", "30213 30227"), ("专项调查经费", "30211 30227"),
    ("标准化建设经费", "30227 30202"), ("监督检查经费", "30211 30226"), ("应急物资经费", "31003 30227"),
)  # fmt: skip
BASIC = (("在职人员经费", "1", "30101 30102 30110"), ("日常公用经费", "21", "30201 30211 30217 30231"))
CARRIED_SHARE, ADDED_SHARE, REDUCED_SHARE = 0.03, 0.08, 0.05
"""Of a project's initial budget: what it brought from last year, got in addition, and lost."""


@dataclass(eq=False)
class Paid(Voucher):
    """A voucher that knows the contract it was paid for and, where it is another department, whom it was paid to."""

    contract: str | None = None
    payee_name: str | None = None

    @property
    def contract_no(self) -> str | None:
        """The contract it was paid for."""
        return self.contract


@dataclass(frozen=True)
class Money:
    """The year of a department: projects with their budgets, allocations, vouchers in order, balances."""

    member: Member
    staff: int
    projects: list[Project]
    budget: YearBudget
    vouchers: list[Paid]
    balances: list[Balance]


def staff_of(member: Member, rng: random.Random) -> int:
    """How many people work there."""
    low, high = STAFF[member.size]
    return rng.randrange(low, high)


def money_of(member: Member, rng: random.Random) -> Money:
    """The money of one department by itself."""
    staff = staff_of(member, rng)
    projects, wan = _projects(member, staff, rng)
    initial = {project.code: amount * WAN_FEN // 10_000 for project, amount in zip(projects, wan, strict=True)}
    allocations = list(_allocations(member, projects, initial, rng))
    vouchers = _vouchers(member, allocations, rng)
    balances = [_balance(project, allocations, vouchers) for project in projects]
    return Money(member, staff, projects, YearBudget(YEAR, allocations, {}, initial), vouchers, balances)


def together(own: Money, others: list[Money]) -> Money:
    """The money of a department with that of its units, as a department reports it as a whole."""
    every = [own, *others]
    budget = YearBudget(
        YEAR,
        [allocation for each in every for allocation in each.budget.allocations],
        {},
        {code: fen for each in every for code, fen in each.budget.initial_fen.items()},
    )
    return Money(
        own.member,
        own.staff,
        [project for each in every for project in each.projects],
        budget,
        [voucher for each in every for voucher in each.vouchers],
        [balance for each in every for balance in each.balances],
    )


def _projects(member: Member, staff: int, rng: random.Random) -> tuple[list[Project], list[int]]:
    """Projects and their initial budgets in yuan."""
    projects: list[Project] = []
    yuan: list[int] = []
    short = member.name.removeprefix("模拟")
    for name, category, economic in BASIC:
        function = f"{member.section}01"
        projects.append(_project(member, len(projects), name, category, "办公室", function, economic))
        yuan.append(staff * PER_HEAD_WAN[category] * 10_000)
    for n in range(2 + member.factor):
        title, economic = TITLES[n % len(TITLES)]
        projects.append(
            _project(member, len(projects), f"{short}{title}", "22", "业务科", f"{member.section}02", economic)
        )
        wan = LARGE_PROJECT_WAN if n == 0 else rng.randrange(60, 200)
        yuan.append(int(wan * 10_000 * member.factor**0.5 * rng.uniform(1.0, 1.4)))
    return projects, yuan


def _project(member: Member, place: int, name: str, category: str, unit: str, function: str, economic: str) -> Project:
    serial = member.serial * 100 + place + 1
    return Project(serial, name, category, unit, function, tuple(economic.split()), 1.0)


def _allocations(
    member: Member, projects: list[Project], initial: dict[str, int], rng: random.Random
) -> Iterator[Allocation]:
    """The initial budget by line, last year's balance of the first project, an addition to the second and a cut of the costs."""
    lines = [BudgetLine(project, code) for project in projects for code in project.economic]
    drafts: list[tuple[BudgetLine, str, date, int]] = []
    for project in projects:
        mine = [line for line in lines if line.project == project]
        parts = split(initial[project.code], [rng.uniform(0.6, 1.4) for _ in mine])
        drafts += [(line, INITIAL, date(YEAR, 1, 9), part) for line, part in zip(mine, parts, strict=True)]
    first, second = (next(line for line in lines if line.project == projects[n]) for n in (2, 3))
    costs = next(line for line in lines if line.economic == "30211" and line.project.is_basic)
    for line, source, day, share in (
        (first, CARRIED_OVER, date(YEAR, 1, 9), CARRIED_SHARE),
        (second, ADDED, date(YEAR, 8, 15), ADDED_SHARE),
        (costs, REDUCED, date(YEAR, 9, 12), -REDUCED_SHARE / 3),
    ):
        fen = int(initial[line.project.code] * share) // 100 * 100
        drafts.append((line, source, day, fen))
    for n, (line, source, day, fen) in enumerate(drafts, start=1):
        number = f"ZB{YEAR}{member.serial:03d}{n:05d}"
        yield Allocation(number, line, source, day, f"模财{member.code}〔{YEAR}〕{day.month}号", fen)


def _vouchers(member: Member, allocations: list[Allocation], rng: random.Random) -> list[Paid]:
    """What each allocation paid, month by month as the character has it; what was cut is not paid."""
    character = member.character
    cut = {a.line: -a.amount_fen for a in allocations if a.source == REDUCED}
    vouchers: list[Paid] = []
    for place, allocation in enumerate(a for a in allocations if a.amount_fen > 0):
        is_basic = allocation.line.project.is_basic
        unspent = character.basic_unspent_pct if is_basic else character.project_unspent_pct * rng.uniform(0.5, 3)
        room = allocation.amount_fen - (cut.get(allocation.line, 0) if allocation.source == INITIAL else 0)
        total = int(room * (1 - unspent / 100))
        weights = list(character.basic_weights if is_basic else character.project_weights)
        months = range(1, 13)
        if allocation.source != INITIAL:
            months = range(allocation.issued_on.month + 1, min(allocation.issued_on.month + 4, 13))
            weights = [1.0] * len(months)
        parts = split(total, [weight * rng.uniform(0.85, 1.15) for weight in weights])
        for month, part in zip(months, parts, strict=True):
            for amount in split(part, [rng.uniform(0.5, 1.5) for _ in range(member.factor)]):
                cleared_on = _working_day(month, rng)
                vouchers.append(Paid(allocation, cleared_on, cleared_on, amount, 1 + place * 40 + len(vouchers) % 37))
    return vouchers


def _working_day(month: int, rng: random.Random) -> date:
    day = date(YEAR, month, rng.randrange(9, 27))
    while not is_worked(day):
        day -= timedelta(days=1)
    return day


def numbered(member: Member, vouchers: list[Paid]) -> None:
    """Number the vouchers of each month in the order in which they were cleared."""
    counts: dict[int, int] = {}
    for voucher in sorted(vouchers, key=lambda each: (each.cleared_on, each.allocation.number, each.amount_fen)):
        month = voucher.cleared_on.month
        counts[month] = counts.get(month, 0) + 1
        voucher.number = f"ZF{YEAR}{month:02d}{member.serial:03d}{counts[month]:05d}"


def _balance(project: Project, allocations: list[Allocation], vouchers: list[Paid]) -> Balance:
    """What the project brought along and what it keeps: all that it was granted and did not pay."""
    mine = [a for a in allocations if a.line.project == project]
    opening = sum(a.amount_fen for a in mine if a.source == CARRIED_OVER)
    paid = sum(v.amount_fen for v in vouchers if v.allocation.line.project == project)
    return Balance(project, CONTINUED, opening, 0, sum(a.amount_fen for a in mine) - paid)
