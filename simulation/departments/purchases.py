"""What a department bought in the year: intentions, procurements and contracts, each paid by one voucher in the second half."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal

from simulation.departments.members import Member, lucky
from simulation.departments.money import YEAR, Money, Paid
from simulation.world.calendar import after, on_or_after
from simulation.world.credit_codes import credit_code
from simulation.world.procurement.cases import CONSULTATION, GOODS, GOVERNMENT, SERVICES, WHOLE
from simulation.world.values import Draft, Row, yuan

PER_FACTOR = 3
FIRST_PAID_MONTH = 7
SYSTEM, SIZE = "电子合同系统", ("小型", "微型", "中型")
HUNDRED = Decimal(100)
FIRST_DAY = date(YEAR, 2, 6)
LATE_DAYS = 38
"""So long after the award a contract is signed where the deadline of 30 days was missed."""


@dataclass
class Purchases:
    """The rows of the three ledgers."""

    intentions: list[Draft] = field(default_factory=list)
    procurements: list[Row] = field(default_factory=list)
    contracts: list[Row] = field(default_factory=list)


def purchases_of(member: Member, money: Money, rng: random.Random) -> Purchases:
    """Purchases for the larger vouchers of projects in the second half; the vouchers learn their contracts."""
    made = Purchases()
    able = [
        voucher
        for voucher in money.vouchers
        if not voucher.allocation.line.project.is_basic
        and voucher.cleared_on.month >= FIRST_PAID_MONTH
        and voucher.payee_name is None
    ]
    able.sort(key=lambda voucher: voucher.number)
    for n, voucher in enumerate(rng.sample(able, min(PER_FACTOR * member.factor, len(able))), start=1):
        _buy(member, made, n, voucher, rng)
    made.intentions += _not_begun(member, money, len(made.intentions), rng)
    return made


def _not_begun(member: Member, money: Money, before: int, rng: random.Random) -> list[Draft]:
    """One intention in each later quarter whose purchase has not begun."""
    project = next(project for project in money.projects if not project.is_basic)
    rows: list[Draft] = []
    for quarter in (2, 3, 4):
        published = on_or_after(date(YEAR, 3 * quarter - 1, 6) + timedelta(days=rng.randrange(15)))
        n = before + len(rows) + 1
        rows.append(
            _intention(
                member, n, f"{project.name}备选{quarter}", Decimal(rng.randrange(20, 90) * 1_000), published, published
            )
        )
    return rows


def _buy(member: Member, made: Purchases, n: int, voucher: Paid, rng: random.Random) -> None:
    project = voucher.allocation.line.project
    is_goods = voucher.allocation.line.economic.startswith("310")
    key = f"{member.code}-{YEAR}-{n:03d}"
    name = f"{project.name}第{n}次采购"
    amount = yuan(voucher.amount_fen)
    budget = (amount * Decimal("1.04") / HUNDRED).quantize(Decimal(1), ROUND_UP) * HUNDRED
    published = on_or_after(FIRST_DAY + timedelta(days=rng.randrange(15)))
    notice = on_or_after(published + timedelta(days=33 if lucky(member, rng) else 12))
    award = on_or_after(notice + timedelta(days=22))
    signed = on_or_after(award + timedelta(days=rng.randrange(6, 22) if lucky(member, rng) else LATE_DAYS))
    recorded = after(signed, 1 if lucky(member, rng) else 6)
    voucher.contract = f"HT{key}"
    voucher.payee = member.serial * 20 + n % 20
    made.intentions.append(_intention(member, n, name, budget, published, notice))
    made.procurements.append(_procurement(n, key, name, voucher, is_goods, budget, (notice, award)))
    made.contracts.append(_contract(member, n, key, name, voucher, is_goods, budget, (signed, recorded)))


def _intention(member: Member, n: int, name: str, budget: Decimal, published: date, expected: date) -> Draft:
    return {
        "sequence_no": n,
        "intention_no": f"YX{member.code}-{YEAR}-{n:03d}",
        "version_no": 1,
        "project_name": name,
        "requirement": "见采购需求附件",
        "budget_yuan": budget,
        "expected_month": (expected + timedelta(days=45 if expected == published else 0)).replace(day=1),
        "is_for_sme": True,
        "published_on": published,
        "remark": None,
    }


def _procurement(
    n: int, key: str, name: str, voucher: Paid, is_goods: bool, budget: Decimal, days: tuple[date, date]
) -> Row:
    project, (notice, award) = voucher.allocation.line.project, days
    nothing = dict.fromkeys(("complaints_raised", "complaints_upheld", "penalties", "violations_confirmed"), 0)
    no = dict.fromkeys(
        ("needs_collective_decision", "is_urgent", "is_secret", "is_agricultural", "is_platform_832"), False
    )
    return {
        "sequence_no": n,
        "procurement_no": f"CG{key}",
        "procurement_name": name,
        "project_code": project.code,
        "responsible_unit": project.unit,
        "intention_no": f"YX{key}",
        "scope": GOVERNMENT,
        "procurement_category": GOODS if is_goods else SERVICES,
        "procurement_item": "信息化设备" if is_goods else "运行维护服务",
        "procurement_method": CONSULTATION,
        "budget_yuan": budget,
        "plan_filed_on": after(notice - timedelta(days=10), 1),
        "notice_on": notice,
        "award_notice_on": award,
        "winning_amount_yuan": yuan(voucher.amount_fen),
        "is_sme_suitable": True,
        **nothing,
        **no,
        "is_green_mandatory": is_goods,
        "is_green": is_goods,
    }


def _contract(
    member: Member, n: int, key: str, name: str, voucher: Paid, is_goods: bool, budget: Decimal, days: tuple[date, date]
) -> Row:
    signed, recorded = days
    return {
        "contract_no": f"HT{key}",
        "contract_name": name,
        "procurement_no": f"CG{key}",
        "responsible_unit": voucher.allocation.line.project.unit,
        "supplier_name": f"模拟供应商{voucher.payee:04d}有限公司",
        "credit_code": credit_code(voucher.payee),
        "source_system": SYSTEM,
        "supplier_size_raw": SIZE[voucher.payee % len(SIZE)],
        "is_manufacturer_sme": True if is_goods else None,
        "amount_yuan": yuan(voucher.amount_fen),
        "signed_by_supplier_on": signed - timedelta(days=1),
        "signed_by_buyer_on": signed,
        "published_on": recorded,
        "filed_on": recorded,
        "filed_with_finance_on": after(signed, 3),
        "sme_reserve_form": WHOLE,
        "sme_reserved_yuan": budget,
        "is_supplementary": False,
        "original_contract_no": None,
        "is_secret": False,
        "delivered_on": max(voucher.cleared_on - timedelta(days=18), signed),
    }
