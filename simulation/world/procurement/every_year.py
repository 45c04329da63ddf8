"""The intentions, procurements and contracts of all years; made together, since an intention may be older than its purchase."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from simulation.world.calendar import YEARS
from simulation.world.chance import stream
from simulation.world.payments import Voucher
from simulation.world.procurement.year import Paid, PurchasingYear
from simulation.world.values import Draft, Value, yuan

INTENTIONS = {2022: 40, 2023: 70}


@dataclass
class Procurement:
    """What was intended, bought and signed, by the year it belongs to. Intentions of before the first year belong to that year."""

    intentions: dict[int, list[Draft]]
    procurements: dict[int, list[Draft]]
    contracts: dict[int, list[Draft]]


def paid_contracts(vouchers: Mapping[int, Sequence[Voucher]]) -> dict[int, list[Paid]]:
    """The contracts that payments name, by the year in their number, those first paid last in front."""
    first: dict[str, date] = {}
    total: dict[str, Decimal] = defaultdict(Decimal)
    for voucher in (voucher for year in sorted(vouchers) for voucher in vouchers[year]):
        number = voucher.contract_no
        if number is None:
            continue
        total[number] += yuan(voucher.amount_fen)
        if voucher.original is None:
            first[number] = min(first.get(number, voucher.applied_on), voucher.applied_on)
    by_year: dict[int, list[Paid]] = {year: [] for year in vouchers}
    for number in sorted(first, key=lambda n: (first[n], n), reverse=True):
        by_year[int(number[2:6])].append(Paid(number, first[number], total[number]))
    return by_year


def make_procurement(seed: int, vouchers: Mapping[int, Sequence[Voucher]]) -> Procurement:
    """Everything of all years, made together, because an intention may be older than its purchase."""
    made = Procurement({}, {}, {})
    versions: list[Draft] = []
    years: dict[int, PurchasingYear] = {}
    for year, paid in paid_contracts(vouchers).items():
        years[year] = PurchasingYear(year, paid, stream(seed, "procurement", year))
        purchases = years[year].purchases()
        purchases.sort(key=lambda p: (_begun(p.row), str(p.row["procurement_name"])))
        for n, purchase in enumerate(purchases, start=1):
            purchase.row["procurement_no"] = f"CG{year}-{n:03d}"
            for contract in (purchase.contract, *purchase.supplements):
                if contract:
                    contract["procurement_no"] = purchase.row["procurement_no"]
            versions += [version | {"purchase": purchase.row["procurement_no"]} for version in purchase.intentions]
        made.procurements[year] = [p.row for p in purchases]
        made.contracts[year] = years[year].all_contracts(purchases)
    for year, purchasing in years.items():
        published = sum(_year_of(version) == year for version in versions)
        versions += purchasing.further_intentions(INTENTIONS[year] - published)
    number_of = _number_intentions(versions)
    for rows in made.procurements.values():
        for row in rows:
            row["intention_no"] = number_of.get(row["procurement_no"])
    for year in years:
        made.intentions[year] = [
            {name: value for name, value in version.items() if name != "purchase"}
            for version in versions
            if _year_of(version) == year
        ]
    return made


def _year_of(version: Draft) -> int:
    """The year a version belongs to: what was published before the first year belongs to that."""
    return max(_day(version["published_on"]).year, YEARS[0])


def _day(value: Value) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no date")
    return value


def _begun(row: Draft) -> date:
    """The first day that a procurement is known by."""
    days = [d for d in (row["plan_filed_on"], row["notice_on"], row["award_notice_on"]) if isinstance(d, date)]
    return min(days)


def _number_intentions(versions: list[Draft]) -> dict[Value, str]:
    """Number the intentions by the day of their first version, and put the versions in order; returns them by purchase."""
    of: dict[Value, list[Draft]] = defaultdict(list)
    for version in sorted(versions, key=lambda v: _day(v["published_on"])):
        of[version["purchase"]].append(version)
    numbers: dict[Value, str] = {}
    serials: dict[int, int] = defaultdict(int)
    for purchase in sorted(of, key=lambda p: (_day(of[p][0]["published_on"]), str(p))):
        year = _day(of[purchase][0]["published_on"]).year
        serials[year] += 1
        numbers[purchase] = f"YX{year}-{serials[year]:03d}"
        for n, version in enumerate(of[purchase], start=1):
            version["intention_no"], version["version_no"] = numbers[purchase], n
    versions.sort(key=lambda v: (_day(v["published_on"]), str(v["intention_no"])))
    return numbers
