"""Purchases as the cases written by hand say."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from simulation.world.calendar import after, on_or_before
from simulation.world.procurement.cases import GOODS, GOVERNMENT, WHOLE, Case
from simulation.world.procurement.contract_book import ContractBook
from simulation.world.procurement.drafts import SIZES, Purchase, intention_version, iso, procurement, signatures
from simulation.world.values import WAN


def purchase_by_hand(case: Case, year: int, contracts: ContractBook) -> Purchase:
    """The procurement of a case with its intentions, its contract and the supplement to it."""
    budget = case.budget_wan * WAN
    winning = (budget * Decimal("0.97")).quantize(Decimal("0.01"))
    notice, award = iso(case.notice), iso(case.award)
    row = procurement(
        case.name, case.project, GOVERNMENT, case.category, case.item, case.method, budget,
        plan_filed_on=on_or_before((notice or award or date.min) - timedelta(days=7)), notice_on=notice,
        award_notice_on=award, winning_amount_yuan=winning, is_sme_suitable=case.is_suitable,
        needs_collective_decision=case.budget_wan >= 200, minutes_no=f"会议纪要〔{year}〕{case.budget_wan}号"
        if case.budget_wan >= 200 else None,
    )  # fmt: skip
    purchase = Purchase({**row, **case.procurement})
    for intention in case.intentions:
        wan = Decimal(intention.budget_wan or case.budget_wan)
        version = intention_version(intention, intention.name or case.name, wan, notice or date.max)
        purchase.intentions.append({**version, "is_for_sme": case.reserve == WHOLE})
    signed = iso(case.signed)
    if signed:
        sizes = (case.supplier_size,) if case.supplier_size else SIZES[1:]
        number, reserved = contracts.free_number(), (budget * case.reserved_per_cent / 100).quantize(Decimal("0.01"))
        contract = contracts.contract(number, case.name, case.project, winning, signed, sizes)
        contract |= {
            "published_on": iso(case.published), "filed_on": iso(case.filed), "sme_reserve_form": case.reserve,
            "sme_reserved_yuan": reserved, **case.contract,
        }  # fmt: skip
        if case.category == GOODS and "is_manufacturer_sme" not in case.contract:
            contract["is_manufacturer_sme"] = True
        purchase.contract = contract
        if case.supplement:
            added, day = winning * case.supplement.per_cent / 100, iso(case.supplement.signed)
            extra = {**contract, **signatures(day or signed), "amount_yuan": added.quantize(Decimal("0.01"))}
            extra |= {
                "contract_no": f"{number}-B1", "contract_name": f"{case.name}补充协议", "is_supplementary": True,
                "original_contract_no": number, "published_on": after(day or signed, 2),
                "filed_with_finance_on": after(day or signed, 3),
                "filed_on": after(day or signed, 2), "sme_reserve_form": None, "sme_reserved_yuan": None,
                "delivered_on": None,
            }  # fmt: skip
            purchase.supplements.append(extra)
    return purchase
