"""The contracts of a year: those signed by the end of June, the rest with what changed since, and three of 2023 corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED, FULL_COLON
from simulation.paper.unfolding import as_known, in_two_files
from simulation.world.calendar import beijing
from simulation.world.values import Row
from simulation.world.world import World

EVENTS: Mapping[str, Sequence[str]] = {
    "published_on": (),
    "filed_on": (),
    "filed_with_finance_on": (),
    "delivered_on": (),
}


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The files of July and of January, and the correction."""
    contracts = world.procurement.contracts[year]
    middle, end = beijing(year, 7, 6, 16, 5), beijing(year + 1, 1, 8, 15, 47)
    first, second = in_two_files(
        contracts, lambda row: _signed_on(row) <= date(year, 6, 30), middle.date(), end.date(), EVENTS
    )
    corrected = _corrected(contracts) if year == 2023 else []
    wrong = {row["contract_no"]: row for row in first_version(corrected)}
    yield _file(first, year, "上半年", middle)
    yield _file([wrong.get(row["contract_no"], row) for row in second], year, "下半年", end)
    if corrected:
        yield _file(corrected, year, "更正", beijing(year + 1, 1, 15, 10, 26))


def _corrected(contracts: Sequence[Row]) -> list[Row]:
    """Three contracts of the autumn as they are."""
    cut = date(2023, 9, 1)
    autumn = [r for r in contracts if isinstance(r["published_on"], date) and r["published_on"] > cut][:3]
    return [as_known(row, date(2024, 1, 8), EVENTS) for row in autumn]


def first_version(corrected: Sequence[Row]) -> list[Row]:
    """The corrected contracts as first handed in: a zero too many, two dates a month early."""
    wrong = [dict(row) for row in corrected]
    for n, row in enumerate(wrong):
        amount = row["amount_yuan"]
        if n == 0 and isinstance(amount, Decimal):
            row["amount_yuan"] = amount * 10
        if n > 0:
            row["published_on"] = row["filed_on"] = _signed_on(row) - timedelta(days=28)
    return [*wrong]


def _signed_on(row: Row) -> date:
    return max(d for d in (row["signed_by_supplier_on"], row["signed_by_buyer_on"]) if isinstance(d, date))


def _file(rows: Sequence[Row], year: int, half: str, received_at: datetime) -> HandedFile:
    habits = Habits(
        title=f"{year}年{half}合同台账",
        header_choice=2023 - year,
        date_forms=("iso", "slash", "compact", "iso"),
        nil_text="-",
        nil_columns=("procurement_no", "original_contract_no"),
        has_total_row=True,
        footnotes=(f"审核人{FULL_COLON}经办人04",),
        thousands_every=5,
        fullwidth_every=29,
        has_byte_order_mark=True,
    )
    name = f"合同台账-{CORRECTED}" if half == "更正" else f"{half}合同台账"
    period = f"{year}H{1 if half == '上半年' else 2}"
    return HandedFile(f"contracts/{year}/{year}年{name}.csv", period, received_at, [Sheet("contracts", rows, habits)])
