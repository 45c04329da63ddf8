"""Which allocation pays a voucher, so that none pays more than it holds: the treasury's system lets no unit go beyond.

Amounts brought forward are used first. Later additions pay only what the initial budget of their line cannot, and only
after they were issued. Where the vouchers of an initial allocation do not fit into its amount, the initial allocations of
the line are cut differently; what they add up to stays.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from simulation.world.budget import CARRIED_OVER, INITIAL, Allocation, YearBudget
from simulation.world.calendar import on_a_weekday
from simulation.world.payments import Voucher
from simulation.world.projects import BudgetLine

AFTER_ISSUE = timedelta(days=20)


@dataclass(eq=False)
class Payment:
    """A voucher with its refunds of the same year, in fen; one that is ``alone`` may be made larger or smaller."""

    voucher: Voucher
    refunds: list[Voucher]
    alone: bool

    @property
    def net_fen(self) -> int:
        """What the line pays in the end."""
        return self.voucher.amount_fen + sum(refund.amount_fen for refund in self.refunds)

    def pay_from(self, allocation: Allocation) -> None:
        """Name the allocation on the voucher and its refunds."""
        for voucher in (self.voucher, *self.refunds):
            voucher.allocation = allocation


def keep_within(budget: YearBudget, vouchers: Sequence[Voucher]) -> YearBudget:
    """Let each allocation pay no more than it holds; vouchers are changed in place and are not numbered yet.

    Returns:
        The budget with initial allocations cut so that their vouchers fit; every sum of a line is as before.

    Raises:
        ValueError: if the allocations of a line cannot pay its vouchers.
    """
    allocations: dict[BudgetLine, list[Allocation]] = defaultdict(list)
    for allocation in budget.allocations:
        if allocation.amount_fen > 0:
            allocations[allocation.line].append(allocation)
    recut: dict[str, Allocation] = {}
    for line, payments in _by_line(budget.year, vouchers).items():
        initial = [each for each in allocations[line] if each.source == INITIAL]
        others = [each for each in allocations[line] if each.source != INITIAL]
        left = _fill(others, payments, sum(each.amount_fen for each in initial))
        recut |= _recut(initial, left)
    return replace(
        budget,
        allocations=[recut.get(each.number, each) for each in budget.allocations],
        first_versions={number: _mistaken(first, recut.get(number)) for number, first in budget.first_versions.items()},
    )


def _by_line(year: int, vouchers: Sequence[Voucher]) -> dict[BudgetLine, list[Payment]]:
    refunds: dict[int, list[Voucher]] = defaultdict(list)
    for voucher in vouchers:
        if voucher.original is not None:
            refunds[id(voucher.original)].append(voucher)
    twins = Counter((voucher.payee, voucher.cleared_on) for voucher in vouchers)
    lines: dict[BudgetLine, list[Payment]] = defaultdict(list)
    for voucher in vouchers:
        if voucher.original is None:
            mine = refunds[id(voucher)]
            alone = not mine and twins[voucher.payee, voucher.cleared_on] == 1
            lines[voucher.allocation.line].append(Payment(voucher, mine, alone))
    return lines


def _fill(others: list[Allocation], payments: list[Payment], initial_fen: int) -> list[Payment]:
    """Let allocations beside the initial ones pay: those brought forward all they can, the rest what is needed.

    Returns:
        The payments that the initial allocations pay; together they are at most ``initial_fen``.
    """
    room = {each.number: each.amount_fen for each in others}
    left = sorted(payments, key=lambda payment: -payment.net_fen)
    missing = sum(payment.net_fen for payment in left) - initial_fen
    in_turn = sorted(others, key=lambda each: (each.source != CARRIED_OVER, each.issued_on, each.number))
    for allocation in in_turn:
        kept = []
        for payment in left:
            wanted = allocation.source == CARRIED_OVER or missing > 0
            fits = payment.net_fen <= room[allocation.number]
            if wanted and fits and allocation.issued_on <= payment.voucher.applied_on:
                payment.pay_from(allocation)
                room[allocation.number] -= payment.net_fen
                missing -= payment.net_fen
            else:
                kept.append(payment)
        left = kept
    for allocation in in_turn:
        if missing > 0 and room[allocation.number] > 0:
            missing -= _cut_to_fit(allocation, room[allocation.number], left)
    if missing > 0:
        raise ValueError(f"{missing} fen of a line have no allocation that can pay them")
    return left


def _cut_to_fit(allocation: Allocation, room_fen: int, left: list[Payment]) -> int:
    """Let an allocation pay one more: cut to what it has left, another of the line larger by as much, later if need be.

    Returns:
        What it pays.
    """
    able = [payment for payment in left if payment.alone]
    if not able:
        return 0
    late = [payment for payment in able if payment.voucher.applied_on >= allocation.issued_on]
    paid = min(late or able, key=lambda payment: abs(payment.net_fen - room_fen))
    excess = max(paid.net_fen - room_fen, 0)
    if excess:
        others = [payment for payment in able if payment is not paid]
        if not others:
            return 0
        max(others, key=lambda payment: payment.net_fen).voucher.amount_fen += excess
        paid.voucher.amount_fen -= excess
    if not late:
        paid.voucher.applied_on = paid.voucher.cleared_on = on_a_weekday(allocation.issued_on + AFTER_ISSUE)
    paid.pay_from(allocation)
    left.remove(paid)
    return paid.net_fen


def _recut(initial: list[Allocation], payments: list[Payment]) -> dict[str, Allocation]:
    """Pay the largest first, each from the allocation with most left; cut the allocations anew where one does not suffice."""
    left = [(-each.amount_fen, n) for n, each in enumerate(initial)]
    heapq.heapify(left)
    paid: dict[int, list[Payment]] = defaultdict(list)
    for payment in sorted(payments, key=lambda payment: -payment.net_fen):
        rest, n = heapq.heappop(left)
        paid[n].append(payment)
        heapq.heappush(left, (rest + payment.net_fen, n))
    unspent = {n: -rest for rest, n in left}
    free = sum(unspent.values())
    spare = sum(max(rest, 0) for rest in unspent.values())
    recut: dict[str, Allocation] = {}
    for n, each in enumerate(initial):
        if spare > free:
            share = max(unspent[n], 0) * free // spare
            recut[each.number] = replace(each, amount_fen=each.amount_fen - unspent[n] + share)
    if recut:
        total = sum(each.amount_fen for each in initial)
        largest = max(recut.values(), key=lambda each: each.amount_fen)
        rounded = total - sum(each.amount_fen for each in recut.values())
        recut[largest.number] = replace(largest, amount_fen=largest.amount_fen + rounded)
    for n, mine in paid.items():
        for payment in mine:
            payment.pay_from(recut.get(initial[n].number, initial[n]))
    return recut


def _mistaken(first: Allocation, recut: Allocation | None) -> Allocation:
    """The wrong first version of an allocation that was cut anew: again ten times what is right."""
    return first if recut is None else replace(first, amount_fen=recut.amount_fen * 10)
