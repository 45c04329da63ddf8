"""Payment vouchers of a year: payments from each allocation, refunds, and the one voucher first written wrong."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from simulation.allocate import pick, split, uneven, yuan
from simulation.budget import AGENCY, CARRIED_OVER, FIRST_ISSUED, INITIAL, Allocation, YearBudget
from simulation.handed_in import Row
from simulation.projects import BudgetLine
from simulation.targets import YearTargets

CORRECTED_MONTH = 6
LAST_REFUNDED_MONTH = 10
PAID_TWICE_YEAR = 2023
MONTH_WEIGHTS = (8, 7, 8, 8, 8, 9, 8, 8, 9, 8, 9, 12)


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
    budget: YearBudget, targets: YearTargets, year_before: Sequence[Voucher], scale: int, rng: random.Random
) -> list[Voucher]:
    """All vouchers of a year in clearing order; net of refunds of this year they add up to the two targets.

    Args:
        year_before: vouchers of the year before, some of which are refunded in this year (and so do not count in it).
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
        months = rng.choices(range(12), MONTH_WEIGHTS, k=count)
        for month, amount in zip(months, split(total, uneven(rng, count)), strict=True):
            cleared_on = pick(rng, days[month])
            applied_on = max(cleared_on - timedelta(days=rng.randrange(4)), date(budget.year, *FIRST_ISSUED))
            vouchers.append(Voucher(pick(rng, payable[line]), applied_on, cleared_on, amount, rng.randrange(1, 240)))

    early = [v for v in vouchers if v.cleared_on.month <= LAST_REFUNDED_MONTH and v.amount_fen > 200]
    for n, voucher in enumerate(rng.sample(early, refunds)):
        vouchers += _reversed(voucher, days, rng) if n < reversals else _overpaid(voucher, days, rng)
    refundable = [v for v in year_before if v.original is None and v.amount_fen > 200]
    originals = rng.sample(refundable, targets.refunds_of_year_before * scale)
    vouchers += [_refund(v, v.amount_fen // 2, pick(rng, days[1 + n % 3]), rng) for n, v in enumerate(originals)]
    if budget.year == PAID_TWICE_YEAR:
        _pay_twice(vouchers)
    return _numbered(vouchers)


def _refund(original: Voucher, amount_fen: int, cleared_on: date, rng: random.Random) -> Voucher:
    applied_on = cleared_on if cleared_on.day == 1 else cleared_on - timedelta(days=1)
    return replace(
        original, amount_fen=-amount_fen, cleared_on=cleared_on, applied_on=applied_on, number="", original=original
    )


def _reversed(paid_again: Voucher, days: list[list[date]], rng: random.Random) -> list[Voucher]:
    """A first payment that came back in full because of a wrong account; ``paid_again`` is the second one."""
    month = paid_again.cleared_on.month
    first = replace(paid_again, payee=paid_again.payee + 1)
    return [first, _refund(first, first.amount_fen, pick(rng, days[month]), rng)]


def _overpaid(voucher: Voucher, days: list[list[date]], rng: random.Random) -> list[Voucher]:
    """Part of the payment comes back; it is made larger by as much, so the net stays."""
    too_much = max(1, voucher.amount_fen // rng.randrange(5, 40))
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


def _numbered(vouchers: list[Voucher]) -> list[Voucher]:
    vouchers.sort(key=lambda v: v.cleared_on)
    month, serial = 0, 0
    for voucher in vouchers:
        month, serial = (month, serial + 1) if voucher.cleared_on.month == month else (voucher.cleared_on.month, 1)
        voucher.number = f"ZF{voucher.cleared_on:%Y%m}{serial:06d}"
    return vouchers


def to_row(voucher: Voucher) -> Row:
    """The ledger row of a voucher."""
    allocation, line, number = voucher.allocation, voucher.allocation.line, voucher.payee
    is_person = line.project.category == "1"
    return {
        "voucher_no": voucher.number,
        "application_no": f"SQ{voucher.number[2:]}",
        "applied_on": voucher.applied_on,
        "cleared_on": voucher.cleared_on,
        "agency_name": AGENCY,
        "allocation_no": allocation.number,
        "project_code": line.project.code,
        "project_name": line.project.name,
        "project_category": line.project.category,
        "fund_type": "11",
        "function_code": line.project.function,
        "department_economic_code": line.economic,
        "government_economic_code": line.government,
        "payment_method": "财政授权支付" if number % 5 == 0 else "财政直接支付",
        "settlement_method": "公务卡" if number % 11 == 0 else "转账",
        "payee_name": f"员工{number:04d}" if is_person else f"模拟供应商{number:04d}有限公司",
        "payee_account": f"99990000{number * 7919:011d}",
        "payee_bank": f"模拟银行第{number % 17 + 1}支行",
        "amount_yuan": yuan(voucher.amount_fen),
        "purpose": f"退{line.project.name}" if voucher.original else line.project.name,
        "contract_no": None if line.project.is_basic or number % 3 else f"HT{allocation.issued_on.year}-{number:03d}",
        "is_refund": voucher.original is not None,
        "original_voucher_no": voucher.original.number if voucher.original else None,
    }


def months(vouchers: list[Voucher]) -> dict[int, list[Voucher]]:
    """The vouchers of each month by clearing date, in order."""
    by_month: dict[int, list[Voucher]] = {month: [] for month in range(1, 13)}
    for voucher in vouchers:
        by_month[voucher.cleared_on.month].append(voucher)
    return by_month


def first_version(vouchers: list[Voucher]) -> list[Row]:
    """The month as first handed in: the largest payment has a zero too many."""
    wrong = max(vouchers, key=lambda v: v.amount_fen)
    return [to_row(replace(v, amount_fen=v.amount_fen * 10) if v is wrong else v) for v in vouchers]
