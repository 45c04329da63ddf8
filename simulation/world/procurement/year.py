"""The purchases and contracts of one year."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from simulation.world.calendar import after, on_or_after, on_or_before
from simulation.world.chance import pick
from simulation.world.procurement.by_hand import purchase_by_hand
from simulation.world.procurement.cases import (
    ARCHIVES,
    CASES,
    CONSULTATION,
    EQUIPMENT,
    GOODS,
    GOVERNMENT,
    INQUIRY,
    INTERNAL,
    IT,
    MALL,
    MALL_EXEMPT,
    NOT_RESERVED,
    OFFICE_RULES,
    OPERATIONS,
    PUBLICITY,
    SERVICES,
    STATIONS,
    TRAINING,
    WHOLE,
    Intention,
)
from simulation.world.procurement.contract_book import ContractBook
from simulation.world.procurement.drafts import (
    SIZES,
    Purchase,
    intention_version,
    procurement,
    size_in,
)
from simulation.world.values import WAN, Draft

PROCUREMENTS = {2022: 40, 2023: 75}
CONTRACTS = {2022: 90, 2023: 130}
MALL_ORDERS = {2022: 8, 2023: 15}
INTERNAL_PURCHASES = {2022: 12, 2023: 14}
PLANTED_YEAR = 2023
ORDINARY = (
    ("{}运行维护服务", IT, SERVICES, "运行维护服务"),
    ("{}安全加固服务", IT, SERVICES, "信息安全服务"),
    ("{}宣传推广服务", PUBLICITY, SERVICES, "广告宣传服务"),
    ("{}资料整理服务", ARCHIVES, SERVICES, "档案管理服务"),
    ("{}专题培训服务", TRAINING, SERVICES, "培训服务"),
    ("{}配套设备采购", EQUIPMENT, GOODS, "信息化设备"),
    ("{}便民设施采购", STATIONS, GOODS, "办公家具"),
)
SUBJECTS = (
    "代表履职平台", "门户网站", "视频会议系统", "信访管理系统", "备案审查平台", "基层立法联系点", "代表联络站",
    "代表随手拍", "主题活动", "预算监督", "立法工作", "常委会会议", "机关办公", "信息机房",
)  # fmt: skip
MALL_ITEMS = (
    ("台式计算机", EQUIPMENT), ("复印纸", OPERATIONS), ("办公椅", EQUIPMENT), ("打印耗材", OPERATIONS), ("空调机", EQUIPMENT),
)  # fmt: skip
LEAST_OVERPAID = Decimal(5_000)
"""What was paid, in yuan, at least, on the contract on which more was paid than agreed."""
FARM_PRODUCE = "食堂农副产品"


@dataclass(frozen=True)
class Paid:
    """What the payments say about a contract: the first application and the net amount."""

    number: str
    first: date
    total: Decimal


class PurchasingYear:
    """The purchases and contracts of one year."""

    def __init__(self, year: int, paid: list[Paid], rng: random.Random) -> None:
        self.year = year
        self.rng = rng
        self.late = [p for p in paid if p.first >= date(year, 2, 20)]
        self.early = [p for p in paid if p.first < date(year, 2, 20)]
        self._contracts = ContractBook(year, {p.number for p in paid})
        self._names: set[str] = set()

    def purchases(self) -> list[Purchase]:
        """All procurements of the year."""
        made = [purchase_by_hand(case, self.year, self._contracts) for case in CASES[self.year]]
        ordinary = PROCUREMENTS[self.year] - len(made) - MALL_ORDERS[self.year] - INTERNAL_PURCHASES[self.year]
        made += [self._with_notice(n) for n in range(ordinary)]
        made += [self._mall_order(n) for n in range(MALL_ORDERS[self.year])]
        made += [self._internal(n) for n in range(INTERNAL_PURCHASES[self.year])]
        return made

    def all_contracts(self, purchases: list[Purchase]) -> list[Draft]:
        """The contracts of the purchases, those that needed no procurement, and the supplementary agreements."""
        rows = [p.contract for p in purchases if p.contract]
        supplements = [s for p in purchases for s in p.supplements]
        left = [*self.late, *self.early]
        for n, paid in enumerate(left):
            signed = on_or_before(paid.first - timedelta(days=2 + self.rng.randrange(18)))
            if self.year == PLANTED_YEAR and n == 0:
                signed = after(paid.first, 4)  # paid before it was signed: the lead that must be found
            rows.append(self._direct(paid.number, signed, self._amount(paid)))
        while len(rows) + len(supplements) < CONTRACTS[self.year]:
            signed = on_or_after(date(self.year, 1, 10) + timedelta(days=self.rng.randrange(340)))
            rows.append(
                self._direct(self._contracts.free_number(), signed, Decimal(self.rng.randrange(8, 190) * 1_000))
            )
        rows += supplements
        return sorted(rows, key=lambda row: str(row["contract_no"]))

    def further_intentions(self, count: int) -> list[Draft]:
        """Intentions whose purchase has not begun or was given up."""
        rows = []
        for n in range(count):
            name, project, category, _ = self._named(n)
            day = on_or_after(date(self.year, 1, 12) + timedelta(days=self.rng.randrange(330)))
            version = intention_version(
                Intention(day.isoformat()), f"{name}(备选)", Decimal(self.rng.randrange(12, 90)), day
            )
            rows.append(version | {"purchase": f"{self.year}/{n}", "is_for_sme": category == SERVICES})
            if project == IT:
                rows[-1]["remark"] = "资金安排以预算批复为准"
        return rows

    def _named(self, n: int) -> tuple[str, str, str, str]:
        template, project, category, item = ORDINARY[n % len(ORDINARY)]
        for subject in self.rng.sample(SUBJECTS, len(SUBJECTS)):
            name = template.format(subject)
            if name not in self._names:
                break
        self._names.add(name)
        return name, project, category, item

    def _amount(self, paid: Paid) -> Decimal:
        """A contract amount that covers what was paid, in hundreds of yuan."""
        hundreds = int(max(paid.total, Decimal(5_000)) * Decimal(self.rng.randrange(100, 122)) / 10_000) + 1
        return Decimal(hundreds * 100).quantize(Decimal("0.01"))

    def _next_paid(self, least: Decimal | None) -> Paid:
        """The next contract that was paid, and where so much is asked for the next with so much: what came back in full is no price."""
        place = next((n for n, each in enumerate(self.late) if least is None or each.total >= least), 0)
        return self.late.pop(place)

    def _with_notice(self, n: int) -> Purchase:
        """A government procurement with a notice, signed before its first payment where it was paid."""
        name, project, category, item = self._named(n)
        is_overpaid = self.year == PLANTED_YEAR and n == 0
        paid = self._next_paid(LEAST_OVERPAID if is_overpaid else None) if self.late else None
        if paid:
            signed = on_or_before(paid.first - timedelta(days=70 if n == 2 else 3 + self.rng.randrange(8)))
            amount = self._amount(paid)
            if is_overpaid:
                amount = (paid.total * Decimal("0.96")).quantize(Decimal("0.01"))  # paid more than agreed: a lead
        else:
            signed = on_or_after(date(self.year, 5, 1) + timedelta(days=self.rng.randrange(210)))
            amount = Decimal(self.rng.randrange(180, 890) * 1_000)
        award = on_or_before(signed - timedelta(days=6 + self.rng.randrange(20)))
        notice = on_or_before(award - timedelta(days=12 + self.rng.randrange(9)))
        announced = on_or_before(notice - timedelta(days=32 + self.rng.randrange(40)))
        budget = Decimal(int(amount * Decimal(self.rng.randrange(102, 114)) / 1_000_000) + 1) * WAN
        is_reserved = self.rng.random() < 0.9
        method = CONSULTATION if category == SERVICES else INQUIRY
        is_farm = n in (1, 4, 6)
        row = procurement(
            FARM_PRODUCE + f"({'一二三四五六七'[n]})" if is_farm else name, OPERATIONS if is_farm else project,
            GOVERNMENT, GOODS if is_farm else category, "农副产品" if is_farm else item, INQUIRY if is_farm else method,
            budget, plan_filed_on=on_or_before(notice - timedelta(days=3 + self.rng.randrange(9))), notice_on=notice,
            award_notice_on=award, winning_amount_yuan=amount, is_sme_suitable=True, is_agricultural=is_farm,
            is_platform_832=is_farm and n != 6,
        )  # fmt: skip
        purchase = Purchase(row)
        version = intention_version(
            Intention(announced.isoformat()), str(row["procurement_name"]), budget / WAN, notice
        )
        purchase.intentions.append({**version, "is_for_sme": is_reserved})
        number = paid.number if paid else self._contracts.free_number()
        contract = self._contracts.contract(
            number, str(row["procurement_name"]), OPERATIONS if is_farm else project, amount, signed, SIZES
        )
        is_reserved = is_reserved and size_in(contract) != SIZES[0]
        contract |= {
            "published_on": after(signed, 1 + self.rng.randrange(2)),
            "filed_on": after(signed, 2 if self.rng.random() < 0.85 else 2 + self.rng.randrange(5)),
            "sme_reserve_form": WHOLE if is_reserved else NOT_RESERVED,
            "sme_reserved_yuan": budget if is_reserved else Decimal("0.00"),
            "is_manufacturer_sme": True if row["procurement_category"] == GOODS else None,
        }
        if paid:
            delivered = paid.first - timedelta(days=40 if n == 2 else 1 + self.rng.randrange(4))
            contract["delivered_on"] = max(delivered, signed)
        purchase.contract = contract
        return purchase

    def _mall_order(self, n: int) -> Purchase:
        """An order in the electronic mall: neither notice nor award notice, and no intention."""
        item, project = MALL_ITEMS[n % len(MALL_ITEMS)]
        january = [p for p in self.early if p.first >= date(self.year, 1, 18)]
        paid = january[0] if january else None
        if paid:
            self.early.remove(paid)
            ordered, amount = on_or_before(paid.first - timedelta(days=2 + self.rng.randrange(8))), self._amount(paid)
        else:
            ordered = on_or_after(date(self.year, 3, 1) + timedelta(days=self.rng.randrange(270)))
            amount = Decimal(self.rng.randrange(12, 95) * 1_000)
        budget = Decimal(int(amount / WAN) + 1) * WAN
        is_listed = item in ("台式计算机", "空调机")
        row = procurement(
            f"电子卖场采购{item}{n + 1:02d}", project, GOVERNMENT, GOODS, item, MALL, budget,
            plan_filed_on=on_or_before(ordered - timedelta(days=2)), winning_amount_yuan=amount,
            is_sme_suitable=False, intention_exemption=MALL_EXEMPT, is_green_mandatory=is_listed, is_green=is_listed,
        )  # fmt: skip
        contract = self._contracts.contract(
            paid.number if paid else self._contracts.free_number(), f"{item}购销合同", project, amount, ordered, SIZES
        )
        contract |= {
            "published_on": after(ordered, 1), "filed_on": after(ordered, 1), "is_manufacturer_sme": n % 3 != 0,
            "delivered_on": max(ordered, paid.first - timedelta(days=2)) if paid else None,
        }  # fmt: skip
        return Purchase(row, contract=contract)

    def _internal(self, n: int) -> Purchase:
        """A purchase below the limit under the office's own rules."""
        name, project, category, item = self._named(n)
        day = on_or_after(date(self.year, 2, 6) + timedelta(days=self.rng.randrange(290)))
        amount = Decimal(self.rng.randrange(30, 96) * 1_000)
        signed = after(day, 3 + self.rng.randrange(8))
        row = procurement(
            f"{name}(零星)", project, OFFICE_RULES, category, item, INTERNAL, Decimal(int(amount / WAN) + 1) * WAN,
            plan_filed_on=on_or_before(day - timedelta(days=9)), award_notice_on=day if n % 2 else None,
            winning_amount_yuan=amount, is_sme_suitable=None,
        )  # fmt: skip
        contract = self._contracts.contract(self._contracts.free_number(), name, project, amount, signed, SIZES)
        return Purchase(row, contract=contract)

    def _direct(self, number: str, signed: date, amount: Decimal) -> Draft:
        """A contract that needed no procurement: a venue, an expert, a small repair."""
        kind = pick(self.rng, ("场地租用", "专家咨询", "零星维修", "资料印制", "车辆租用"))
        project = pick(self.rng, (OPERATIONS, TRAINING, PUBLICITY, STATIONS))
        return self._contracts.contract(number, f"{kind}合同{number[-3:]}", project, amount, signed, SIZES)
