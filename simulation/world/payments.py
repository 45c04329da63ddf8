"""Payment vouchers of a year: payments from each allocation, refunds, and one payment made twice."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from simulation.world.budget import CARRIED_OVER, FIRST_ISSUED, INITIAL, Allocation, YearBudget
from simulation.world.chance import pick, split, uneven
from simulation.world.projects import BudgetLine, Project
from simulation.world.targets import YearTargets

LAST_REFUNDED_MONTH = 10
LARGEST_PART = 5
"""Of a payment that was too large, at most a fifth comes back."""
PAID_TWICE_YEAR = 2023
MONTH_WEIGHTS = (8, 7, 8, 8, 8, 9, 8, 8, 9, 8, 9, 12)


class Habits:
    """When and in which amounts an office pays: as it happens, by the weights of the months. Other offices have others."""

    def months(self, project: Project, count: int, rng: random.Random) -> list[int]:
        """The month, 0 to 11, of each payment of a project's line."""
        return rng.choices(range(12), MONTH_WEIGHTS, k=count)

    def parts(self, project: Project, count: int, rng: random.Random) -> list[float]:
        """The weights of the amounts of these payments."""
        return uneven(rng, count)


AS_IT_HAPPENS = Habits()


@dataclass(eq=False)
class Voucher:
    """One voucher; ``number`` is given when all vouchers of the year are in order. ``original`` makes it a refund."""

    allocation: Allocation
    applied_on: date
    cleared_on: date
    amount_fen: int
    payee: int
    number: str = ""
    original: Voucher | None = None

    @property
    def contract_no(self) -> str | None:
        """The contract it was paid for; basic spending has none."""
        if self.allocation.line.project.is_basic or self.payee % 3:
            return None
        return f"HT{self.allocation.issued_on.year}-{self.payee:03d}"

    def counts_in(self, year: int) -> bool:
        """Whether it counts for the spending of a year: refunds of earlier years do not."""
        return self.original is None or self.original.cleared_on.year == year


def _working_days(year: int, month: int) -> list[date]:
    """Mondays to Fridays on which the treasury clears; in January from the day after the allocations were issued."""
    first = date(year, month, FIRST_ISSUED[1] + 1 if month == 1 else 1)
    days = [first + timedelta(days=n) for n in range(31)]
    return [day for day in days if day.month == month and day.weekday() < 5]


def _unspent_fen(
    lines: list[BudgetLine], available: dict[BudgetLine, int], paid_fen: int, rng: random.Random
) -> list[int]:
    """What stays unspent on each line, so that the lines together pay exactly ``paid_fen``."""
    rest = sum(available[line] for line in lines) - paid_fen
    return split(rest, [available[line] * rng.uniform(0.4, 1.6) for line in lines], least=0)


def make_payments(
    budget: YearBudget,
    targets: YearTargets,
    year_before: Sequence[Voucher],
    scale: int,
    rng: random.Random,
    habits: Habits = AS_IT_HAPPENS,
) -> list[Voucher]:
    """All vouchers of a year, not yet in order and without numbers; net of refunds of this year they add up to the two targets.

    Args:
        year_before: vouchers of the year before, some of which are refunded in this year (and so do not count in it).
        habits: when the office pays.
    """
    available: dict[BudgetLine, int] = defaultdict(int)
    payable: dict[BudgetLine, list[Allocation]] = defaultdict(list)
    for allocation in budget.allocations:
        available[allocation.line] += allocation.amount_fen
        if allocation.source in (INITIAL, CARRIED_OVER):
            payable[allocation.line].append(allocation)
    paid: dict[BudgetLine, int] = {}
    for is_basic, total in ((True, targets.basic_paid_fen), (False, targets.project_paid_fen)):
        lines = [line for line in available if line.project.is_basic == is_basic]
        for line, unspent in zip(lines, _unspent_fen(lines, available, total, rng), strict=True):
            paid[line] = available[line] - unspent

    refunds = (targets.refunds - targets.refunds_of_year_before) * scale
    reversals = refunds * 2 // 5
    ordinary = targets.payments * scale - targets.refunds * scale - reversals
    days = [_working_days(budget.year, month) for month in range(1, 13)]
    vouchers: list[Voucher] = []
    counts = split(ordinary, [total**0.55 for total in paid.values()])
    for (line, total), count in zip(paid.items(), counts, strict=True):
        months = habits.months(line.project, count, rng)
        for month, amount in zip(months, split(total, habits.parts(line.project, count, rng)), strict=True):
            cleared_on = pick(rng, days[month])
            applied_on = max(cleared_on - timedelta(days=rng.randrange(4)), date(budget.year, *FIRST_ISSUED))
            vouchers.append(Voucher(pick(rng, payable[line]), applied_on, cleared_on, amount, rng.randrange(1, 240)))

    early = [v for v in vouchers if v.cleared_on.month <= LAST_REFUNDED_MONTH and v.amount_fen > 200]
    room = _Room(budget, vouchers)
    for n, voucher in enumerate(room.exchanged(rng.sample(early, refunds), early, reversals)):
        more = _reversed(voucher, days, rng) if n < reversals else _overpaid(voucher, days, rng)
        room.book(more[-1])
        vouchers += more
    originals = _paid_back_later(year_before, targets.refunds_of_year_before * scale, rng)
    vouchers += [_refund(v, v.amount_fen // 2, pick(rng, days[1 + n % 3]), rng) for n, v in enumerate(originals)]
    if budget.year == PAID_TWICE_YEAR:
        _pay_twice(vouchers)
    return vouchers


class _Room:
    """What projects have left of the budget that was issued by the end of each month: so much may be paid that comes back a month later."""

    def __init__(self, budget: YearBudget, vouchers: Iterable[Voucher]) -> None:
        self._left: dict[Project, list[int]] = defaultdict(lambda: [0] * 13)
        for allocation in budget.allocations:
            self._add(allocation.line.project, allocation.issued_on.month, allocation.amount_fen)
        for voucher in vouchers:
            self._add(voucher.allocation.line.project, voucher.cleared_on.month, -voucher.amount_fen)

    def exchanged(self, drawn: Sequence[Voucher], early: Sequence[Voucher], reversals: int) -> Iterator[Voucher]:
        """The drawn vouchers; for one that has no room for what is paid too much, the next that has and was not drawn.

        The first ``reversals`` of them are paid twice over, the others by a part too much.
        """
        ids = {id(each) for each in drawn}
        others = (each for each in early if id(each) not in ids)
        for n, voucher in enumerate(drawn):
            part = 1 if n < reversals else LARGEST_PART
            yield voucher if self._has(voucher, part) else next(each for each in others if self._has(each, part))

    def book(self, refund: Voucher) -> None:
        """What comes back by a refund was paid in the month before."""
        project, month = refund.allocation.line.project, refund.cleared_on.month
        self._add(project, month - 1, refund.amount_fen)
        self._add(project, month, -refund.amount_fen)

    def _has(self, voucher: Voucher, part: int) -> bool:
        left = self._left[voucher.allocation.line.project][voucher.cleared_on.month]
        return left * part >= voucher.amount_fen

    def _add(self, project: Project, month: int, amount_fen: int) -> None:
        left = self._left[project]
        for each in range(month, len(left)):
            left[each] += amount_fen


def _refund(original: Voucher, amount_fen: int, cleared_on: date, rng: random.Random) -> Voucher:
    applied_on = cleared_on if cleared_on.day == 1 else cleared_on - timedelta(days=1)
    return replace(
        original, amount_fen=-amount_fen, cleared_on=cleared_on, applied_on=applied_on, number="", original=original
    )


def _paid_back_later(year_before: Sequence[Voucher], count: int, rng: random.Random) -> list[Voucher]:
    """Vouchers of the year before, so many, that are refunded in this one; none of them came back in its own year already."""
    refundable = [v for v in year_before if v.original is None and v.amount_fen > 200]
    came_back = {id(v.original) for v in year_before if v.original is not None}
    drawn = rng.sample(refundable, count)
    others = [v for v in refundable if id(v) not in came_back and v not in drawn]
    exchanged = [v for v in drawn if id(v) in came_back]
    if len(others) < len(exchanged):
        raise ValueError(
            f"{len(exchanged)} vouchers came back already and {len(others)} others are left to be refunded"
        )
    return [others.pop(0) if id(v) in came_back else v for v in drawn]


def _reversed(paid_again: Voucher, days: list[list[date]], rng: random.Random) -> list[Voucher]:
    """A first payment that came back in full because of a wrong account; ``paid_again`` is the second one."""
    month = paid_again.cleared_on.month
    first = replace(paid_again, payee=paid_again.payee + 1)
    return [first, _refund(first, first.amount_fen, pick(rng, days[month]), rng)]


def _overpaid(voucher: Voucher, days: list[list[date]], rng: random.Random) -> list[Voucher]:
    """Part of the payment comes back; it is made larger by as much, so the net stays."""
    too_much = max(1, voucher.amount_fen // rng.randrange(LARGEST_PART, 40))
    voucher.amount_fen += too_much
    return [_refund(voucher, too_much, pick(rng, days[voucher.cleared_on.month]), rng)]


def _pay_twice(vouchers: list[Voucher]) -> None:
    """Make two payments of one line and month look like one paid twice: same payee, amount and day; their sum stays."""
    refunded = {id(v.original) for v in vouchers}
    earlier: dict[tuple[BudgetLine, int], Voucher] = {}
    for voucher in vouchers:
        line = voucher.allocation.line
        if line.project.is_basic or voucher.original or id(voucher) in refunded or voucher.payee % 3 == 0:
            continue
        first = earlier.setdefault((line, voucher.cleared_on.month), voucher)
        if first is not voucher and (first.amount_fen + voucher.amount_fen) % 2 == 0:
            first.amount_fen = voucher.amount_fen = (first.amount_fen + voucher.amount_fen) // 2
            voucher.payee, voucher.applied_on, voucher.cleared_on = first.payee, first.applied_on, first.cleared_on
            return


def numbered(vouchers: list[Voucher]) -> list[Voucher]:
    """The vouchers in clearing order, with their numbers."""
    vouchers.sort(key=lambda v: v.cleared_on)
    month, serial = 0, 0
    for voucher in vouchers:
        month, serial = (month, serial + 1) if voucher.cleared_on.month == month else (voucher.cleared_on.month, 1)
        voucher.number = f"ZF{voucher.cleared_on:%Y%m}{serial:06d}"
    return vouchers


def spent_fen(vouchers: Sequence[Voucher], year: int, project: Project, since: date, until: date) -> int:
    """Paid for a project from one day to another, less refunds of vouchers of the same year."""
    return sum(
        v.amount_fen
        for v in vouchers
        if v.allocation.line.project == project and since <= v.cleared_on <= until and v.counts_in(year)
    )
