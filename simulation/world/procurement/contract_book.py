"""The book in which the contracts of a year are numbered, each with its supplier, its system and its days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from simulation.world.calendar import after
from simulation.world.credit_codes import credit_code
from simulation.world.procurement.drafts import SIZE_CODES, SYSTEMS, UNIT_OF, signatures, size_of
from simulation.world.values import Draft


class ContractBook:
    """The contracts of a year in the order in which they are made up; ``taken`` are the numbers that payments name."""

    def __init__(self, year: int, taken: Collection[str]) -> None:
        self._free = [n for n in (f"HT{year}-{s:03d}" for s in range(1, 240)) if n not in taken]
        self._serial = 0

    def free_number(self) -> str:
        """The next number that no payment names."""
        return self._free.pop(0)

    def contract(
        self, number: str, name: str, project: str, amount: Decimal, signed: date, sizes: Sequence[str]
    ) -> Draft:
        """A contract; the payments tell the supplier of those with a serial that three divides."""
        serial = int(number[7:10])
        supplier = serial if serial % 3 == 0 else serial * 7 % 80 * 3 + 3
        while serial % 3 and size_of(supplier) not in sizes:
            supplier = supplier % 240 + 3
        self._serial += 1
        system = SYSTEMS[2] if self._serial % 9 == 0 else SYSTEMS[self._serial % 2]
        return {
            "contract_no": number,
            "contract_name": name,
            "procurement_no": None,
            "responsible_unit": UNIT_OF[project],
            "supplier_name": f"模拟供应商{supplier:04d}有限公司",
            "credit_code": credit_code(supplier),
            "source_system": system,
            "supplier_size_raw": SIZE_CODES[system][size_of(supplier)],
            "is_manufacturer_sme": None,
            "amount_yuan": amount.quantize(Decimal("0.01")),
            **signatures(signed, first_by_buyer=self._serial % 5 == 0),
            "published_on": None,
            "filed_on": None,
            "filed_with_finance_on": after(signed, 1 + self._serial % 4) if self._serial % 31 else after(signed, 8),
            "sme_reserve_form": None,
            "sme_reserved_yuan": None,
            "is_supplementary": False,
            "original_contract_no": None,
            "is_secret": False,
            "delivered_on": None,
        }
