"""Figures that no indicator scores but that stand beside those that do: parts of the budget, quarters, areas, other clocks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from oracle import figures

if TYPE_CHECKING:
    from oracle.figures import Office

WITHDRAWN = ("财政收回", "收回数")
QUARTERS = tuple(f"{area}.quarter_{number}" for area in ("spending", "budget") for number in (1, 2, 3, 4))
FUNDS = ("budget.general_public", "budget.government_funds", "budget.state_capital")
THREE = tuple(
    f"three_public.{item}.{what}"
    for item in ("abroad", "vehicle_purchase", "vehicle_running", "reception")
    for what in ("budget", "spent")
)
MONITORED = ("monitoring.it_operations", "monitoring.congress_session", "monitoring.other_operations")
CLOCKS = tuple(
    f"contracts.{what}" for what in ("due_for_publication", "published_on_time", "due_for_filing", "filed_on_time")
)
INCOME = ("income.total", "income.fiscal", "income.total_previous", "income.fiscal_previous")
APPROPRIATED = "6001"
OTHER_INCOME = ("6101", "6201", "6301", "6401", "6501", "6601", "6602", "6609")
"""Accounts of budget income of the government's accounting rules, and which of them is an appropriation."""
NAMES = (
    *INCOME,
    "spending.staff",
    "carry_over.used",
    "carry_over.added",
    *QUARTERS,
    *FUNDS,
    *THREE,
    *MONITORED,
    *CLOCKS,
    "monitoring.amount",
    "spending.basic",
    "spending.project",
    "public_funds.initial_budget",
    "three_public.initial_budget",
    "carry_over.opening",
    "carry_over.withdrawn",
    "carry_over.appropriations",
    "staff.posts",
    "staff.actual",
    "assets.cards",
    "assets.purchases_checked",
    "assets.office_area",
    "assets.office_area_limit",
    "reconciliation.differences",
    "reconciliation.large_changes",
    "policies.stages_covered",
    "sme.suitable_amount",
    "sme.small_micro_required_amount",
    "duty.laws_promulgated",
    "duty.laws_fully_published",
)


def count(office: Office, name: str) -> Fraction | Decimal | int:
    """One of these figures, before it is shown in its unit."""
    area = name.split(".")[0]
    if name in INCOME:
        return _income(office, name)
    if name in ("carry_over.used", "carry_over.added"):
        return _moved(office, name)
    if area in ("budget", "spending", "public_funds", "three_public", "carry_over", "monitoring"):
        return _money(office, name)
    if name in CLOCKS:
        return _clock(office, name)
    if area in ("staff", "assets", "reconciliation"):
        return _assets(office, name)
    if name == "policies.stages_covered":
        stages = {row["stage"] for row in figures.seed("performance_stages")}
        return len({stage for row in office.policies() for stage in row["stages"]} & stages)
    if area == "sme":
        cases = office.sme_cases()
        if name.endswith("suitable_amount"):
            return sum((Fraction(case["budget"]) for case in cases), Fraction(0))
        return sum((case["small_required"] for case in cases), Fraction(0))
    laws = office.laws()
    return len(laws) if name.endswith("promulgated") else sum(all(law) for law in laws)


def _sum(rows: list[dict[str, Any]], what: str = "yuan") -> Decimal:
    return sum((row[what] for row in rows), Decimal(0))


def _income(office: Office, name: str) -> Decimal:
    """What was credited to accounts of income, by the longest codes that a month has."""
    if name.endswith("_previous"):
        return _income(figures.Office(office.drop, office.year - 1), name.removesuffix("_previous"))
    wanted = (APPROPRIATED,) if name == "income.fiscal" else (APPROPRIATED, *OTHER_INCOME)
    rows = [row for row in office.balances() if row["closing"] is not None]
    in_month = {(row["month"], row["account"]) for row in rows}
    return _sum(
        [
            row
            for row in rows
            if row["account"].startswith(wanted)
            and not any(when == row["month"] and code != row["account"] and code.startswith(row["account"]) for when, code in in_month)
        ],
        "credit",
    )  # fmt: skip


def _moved(office: Office, name: str) -> Decimal:
    """Project by project, what is left less of last year's balances, or more; a surplus taken back is not used."""
    moved: dict[tuple[str, str], Decimal] = {}
    for row in office.carry_over():
        returned = row["withdrawn"] if row["kind"] == "结余" else Decimal(0)
        key = (row["fund"], row["code"])
        moved[key] = moved.get(key, Decimal(0)) + row["opening"] - row["closing"] - returned
    sign = 1 if name.endswith("used") else -1
    return sum((sign * amount for amount in moved.values() if sign * amount > 0), Decimal(0))


def _money(office: Office, name: str) -> Decimal:
    subject = office.catalogue[name]["subject"]
    if name in QUARTERS:
        until = date.fromisoformat(f"{office.year}-{subject}")
        rows = (
            [row for row in office.payments() if row["cleared"] <= until]
            if name.startswith("spending")
            else [row for row in office.allocations() if row["issued"] <= until]
        )
        return _sum([row for row in rows if row["fund"] in office.fiscal_funds])
    if name in FUNDS:
        return _sum([row for row in office.allocations() if row["fund"] == subject])
    if name in THREE:
        items = {
            row["department_economic_code"] for row in figures.seed("three_public_items") if row["item"] == subject
        }
        rows = office.payments() if name.endswith("spent") else office.allocations()
        return _sum([row for row in rows if row["economic"] in items and row["fund"] in office.fiscal_funds])
    if name in MONITORED:
        return _sum([row for row in office.projects() if row["name"] == subject], "initial")
    if name == "monitoring.amount":
        return _sum(office.large(), "initial")
    if name == "spending.staff":
        return _sum([row for row in office.payments() if row["category"] == subject])
    if name.startswith("spending"):
        return _sum([row for row in office.payments() if office.kinds[row["category"]] == subject])
    if name == "carry_over.appropriations":
        return _sum(
            [row for row in office.allocations() if row["fund"] in office.fiscal_funds and row["source"] != "上年结转"]
        )
    if name.startswith("carry_over"):
        return _sum(office.carry_over(), name.split(".")[1])
    initial = [row for row in office.allocations() if row["source"] == "年初预算"]
    return _sum(office.of_public_funds(initial) if name.startswith("public") else office.of_three_public(initial))


def _clock(office: Office, name: str) -> int:
    """Contracts signed in the year that had to be published or filed, and those that were in time."""
    is_filing = "filing" in name or "filed" in name
    limit = office.parameter("file_wd" if is_filing else "publish_wd")
    found = []
    for row in office.contracts():
        if not office.within(row["signed"]) or (row["secret"] and not is_filing):
            continue
        if row["procurement"] not in office.government() and not office.is_of_lost_procurement(row):
            continue
        due = office.calendar.working_days_after(row["signed"], limit)
        when = row["filed"] if is_filing else row["published"]
        if when is not None:
            found.append(when <= due)
        elif office.known_on() > due:
            found.append(False)
    return len(found) if "due_for" in name else sum(found)


def _assets(office: Office, name: str) -> Decimal | int:
    cards = office.of_year(office.cards())
    if name.startswith("staff"):
        return office.staff("posts" if name.endswith("posts") else "staff")
    if name == "assets.cards":
        return len(cards)
    if name == "reconciliation.differences":
        return office.unequal()
    if name == "reconciliation.large_changes":
        return len(office.large_changes())
    standards = office.standards()
    if name == "assets.purchases_checked":
        return len(
            [
                row
                for row in cards
                if row["item"] in standards and row["method"] == "新购" and office.within(row["acquired"])
            ]
        )
    kinds = {item: row["area"] for item, row in standards.items() if row["area"] is not None}
    if name == "assets.office_area":
        return sum((row["area"] or Decimal(0) for row in cards if row["item"] in kinds), Decimal(0))
    held = {row["item"] for row in cards}
    return sum((area for item, area in kinds.items() if item in held), Decimal(0)) * office.staff("posts")
