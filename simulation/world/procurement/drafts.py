"""What is known of an intention, a procurement or a contract before anything special is said about it; sizes of suppliers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from simulation.world.calendar import on_or_before
from simulation.world.procurement.cases import Intention
from simulation.world.projects import PROJECTS
from simulation.world.values import WAN, Draft, Value

UNIT_OF = {project.name: project.unit for project in PROJECTS}
CODE_OF = {project.name: project.code for project in PROJECTS}
SIZES = ("大型", "中型", "中型", "小型", "小型", "小型", "小型", "微型", "微型", "微型")
SIZE_CODES = {
    "政府采购智慧云平台": {"大型": "0", "中型": "1", "小型": "2", "微型": "4"},
    "电子合同系统": {"大型": "1", "中型": "2", "小型": "3", "微型": "4"},
    "手工登记": {size: size for size in SIZES},
}
SYSTEMS = tuple(SIZE_CODES)


@dataclass
class Purchase:
    """A procurement being made up: its row, the versions of its intention, and its contract."""

    row: Draft
    intentions: list[Draft] = field(default_factory=list)
    contract: Draft | None = None
    supplements: list[Draft] = field(default_factory=list)


def size_of(supplier: int) -> str:
    """The size of a supplier, the same in all its contracts."""
    return SIZES[supplier * 7 // 3 % len(SIZES)]


def size_in(contract: Draft) -> str:
    """The size of the supplier of a contract."""
    return size_of(int(str(contract["supplier_name"])[5:9]))


def iso(text: str | None) -> date | None:
    """A day from its ISO text."""
    return date.fromisoformat(text) if text else None


def signatures(day: date, *, first_by_buyer: bool = False) -> Draft:
    """The days of both signatures; the later one is the day of signing."""
    earlier = on_or_before(day - timedelta(days=1))
    buyer, supplier = (earlier, day) if first_by_buyer else (day, earlier)
    return {"signed_by_supplier_on": supplier, "signed_by_buyer_on": buyer}


def procurement(
    name: str, project: str, scope: str, category: str, item: str, method: str, budget: Decimal, **known: Value
) -> Draft:
    """A procurement with what is known of it.

    Raises:
        KeyError: if something is known that a procurement does not have.
    """
    row: Draft = {
        "procurement_no": None,
        "procurement_name": name,
        "project_code": CODE_OF[project],
        "responsible_unit": UNIT_OF[project],
        "intention_no": None,
        "scope": scope,
        "procurement_category": category,
        "procurement_item": item,
        "procurement_method": method,
        "budget_yuan": budget.quantize(Decimal("0.01")),
        "plan_filed_on": None,
        "notice_on": None,
        "award_notice_on": None,
        "earlier_award_notice_on": None,
        "winning_amount_yuan": None,
        "is_sme_suitable": None,
        "complaints_raised": 0,
        "complaints_upheld": 0,
        "complaint_decided_on": None,
        "penalties": 0,
        "penalised_on": None,
        "violations_confirmed": 0,
        "violation_confirmed_on": None,
        "needs_collective_decision": False,
        "minutes_no": None,
        "intention_exemption": None,
        "is_urgent": False,
        "is_secret": False,
        "is_agricultural": False,
        "is_platform_832": False,
        "is_green_mandatory": False,
        "is_green": False,
        "remark": None,
    }
    unknown = set(known) - set(row)
    if unknown:
        raise KeyError(f"a procurement has no {sorted(unknown)}")
    return row | known


def intention_version(intention: Intention, name: str, budget_wan: Decimal, notice: date) -> Draft:
    """A published version of an intention; the purchase is expected in the month of its notice."""
    published = date.fromisoformat(intention.published)
    expected = notice if notice != date.max else published + timedelta(days=60)
    if expected == published:
        expected = published + timedelta(days=60)
    return {
        "intention_no": None,
        "version_no": None,
        "project_name": name,
        "requirement": intention.outline,
        "budget_yuan": (budget_wan * WAN).quantize(Decimal("0.01")),
        "expected_month": expected.replace(day=1),
        "is_for_sme": None,
        "published_on": published,
        "remark": None,
    }
