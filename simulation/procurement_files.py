"""How intentions, procurements and contracts are handed in: by quarter, by half-year, and once corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from simulation.handed_in import Group, Habits, HandedFile, Sheet, Value, beijing

if TYPE_CHECKING:
    from simulation.office import Office

CORRECTED_YEAR = 2023
FULL_LEFT, FULL_RIGHT, FULL_COLON = "\uff08", "\uff09", "\uff1a"
GROUPS = (
    Group("采购过程", "plan_filed_on", "winning_amount_yuan"),
    Group("投诉与处罚", "complaints_raised", "violation_confirmed_on"),
    Group("政策功能", "is_agricultural", "is_green"),
)
PROCUREMENT_EVENTS = {
    "plan_filed_on": (),
    "notice_on": (),
    "award_notice_on": ("winning_amount_yuan",),
    "complaint_decided_on": ("complaints_upheld",),
}
CONTRACT_EVENTS: Mapping[str, tuple[str, ...]] = {
    "published_on": (),
    "filed_on": (),
    "filed_with_finance_on": (),
    "delivered_on": (),
}
Draft = dict[str, Value]


def files(office: Office, year: int) -> Iterator[HandedFile]:
    """The files of the three ledgers of a year."""
    world = office.procurement
    yield from _intentions(world.intentions[year], year)
    yield from _halves(world.procurements[year], year, PROCUREMENT_EVENTS, _procurement_begun, _procurement_file)
    yield from _halves(world.contracts[year], year, CONTRACT_EVENTS, _contract_signed, _contract_file)
    if year == CORRECTED_YEAR:
        yield _contract_file(_mistaken(world.contracts[year], year)[0], year, "更正", beijing(year + 1, 1, 15, 10, 26))


def _intentions(rows: Sequence[Draft], year: int) -> Iterator[HandedFile]:
    for quarter in range(1, 5):
        of_quarter = [row for row in rows if _quarter(row["published_on"], year) == quarter]
        numbered = [row | {"sequence_no": n} for n, row in enumerate(of_quarter, start=1)]
        habits = Habits(
            title=f"{year}年第{quarter}批政府采购意向公开",
            unit="万元" if quarter % 2 else "元",
            has_unit_row=True,
            header_choice=quarter // 3,
            date_forms=("cell", "chinese", "dot", "cell"),
            nil_text="\u2014",
            nil_columns=("remark",),
            has_total_row=quarter > 2,
            footnotes=(f"注{FULL_COLON}采购意向以实际发布的采购公告为准。",),
            thousands_every=0 if quarter % 2 else 4,
            fullwidth_every=11,
        )
        path = f"procurement_intentions/{year}/{year}年第{quarter}批采购意向公开.xlsx"
        received_at = beijing(year + quarter // 4, quarter * 3 % 12 + 1, 8, 9, 30)
        yield HandedFile(path, f"{year}Q{quarter}", received_at, [Sheet("procurement_intentions", numbered, habits)])


def _quarter(day: Value, year: int) -> int:
    if not isinstance(day, date):
        raise TypeError(f"{day!r} is no date")
    return (day.month + 2) // 3 if day.year == year else 1


def _halves(
    rows: Sequence[Draft],
    year: int,
    events: Mapping[str, tuple[str, ...]],
    begun: Callable[[Draft], date],
    file: Callable[[Sequence[Draft], int, str, datetime], HandedFile],
) -> Iterator[HandedFile]:
    """A file of what had begun by the end of June, and one of the rest and of what changed since."""
    middle, end = beijing(year, 7, 6, 16, 5), beijing(year + 1, 1, 8, 15, 47)
    early = [_as_known(row, middle.date(), events) if begun(row) <= date(year, 6, 30) else None for row in rows]
    late = [_as_known(row, end.date(), events) for row in rows]
    yield file([row for row in early if row], year, "上半年", middle)
    changed = [after for before, after in zip(early, late, strict=True) if after != before]
    if year == CORRECTED_YEAR and file is _contract_file:
        wrong = {row["contract_no"]: row for row in _mistaken(rows, year)[1]}
        changed = [wrong.get(row["contract_no"], row) for row in changed]
    yield file(changed, year, "下半年", end)


def _as_known(row: Draft, day: date, events: Mapping[str, tuple[str, ...]]) -> Draft:
    """The row without what happened after a day."""
    known = dict(row)
    for at, columns in events.items():
        happened = row[at]
        if isinstance(happened, date) and happened > day:
            known |= dict.fromkeys((at, *columns))
    return known


def _procurement_begun(row: Draft) -> date:
    return min(d for d in (row["plan_filed_on"], row["notice_on"], row["award_notice_on"]) if isinstance(d, date))


def _contract_signed(row: Draft) -> date:
    return max(d for d in (row["signed_by_supplier_on"], row["signed_by_buyer_on"]) if isinstance(d, date))


def _procurement_file(rows: Sequence[Draft], year: int, half: str, received_at: datetime) -> HandedFile:
    habits = Habits(
        title=f"{year}年{half}采购项目台账",
        unit="万元",
        has_unit_row=True,
        groups=GROUPS,
        header_choice=2023 - year,
        code_style_of={"procurement_method": "name"},
        date_forms=("cell", "slash", "cell", "chinese"),
        nil_text="/",
        nil_columns=("minutes_no", "intention_no", "intention_exemption"),
        subtotal_by="scope",
        has_total_row=True,
        footnotes=(f"填报人{FULL_COLON}经办人03",),
        blank_row_every=25,
        fullwidth_every=17,
    )
    ordered = sorted(rows, key=lambda row: (row["scope"] != "政府采购", str(row["procurement_no"])))
    numbered = [row | {"sequence_no": n} for n, row in enumerate(ordered, start=1)]
    path = f"procurements/{year}/{year}年{half}采购项目台账.xlsx"
    period = f"{year}H{1 if half == '上半年' else 2}"
    return HandedFile(path, period, received_at, [Sheet("procurements", numbered, habits)])


def _contract_file(rows: Sequence[Draft], year: int, half: str, received_at: datetime) -> HandedFile:
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
    name = f"合同台账-更正{FULL_LEFT}重报{FULL_RIGHT}" if half == "更正" else f"{half}合同台账"
    period = f"{year}H{1 if half == '上半年' else 2}"
    return HandedFile(f"contracts/{year}/{year}年{name}.csv", period, received_at, [Sheet("contracts", rows, habits)])


def _mistaken(rows: Sequence[Draft], year: int) -> tuple[list[Draft], list[Draft]]:
    """Three contracts of the autumn as they are, and as first handed in: a zero too many, two dates a month early."""
    cut = date(year, 9, 1)
    right = [r for r in rows if isinstance(r["published_on"], date) and r["published_on"] > cut][:3]
    right = [_as_known(row, date(year + 1, 1, 8), CONTRACT_EVENTS) for row in right]
    wrong = [dict(row) for row in right]
    amount = wrong[0]["amount_yuan"]
    wrong[0]["amount_yuan"] = amount * 10 if isinstance(amount, Decimal) else amount
    for row in wrong[1:]:
        signed = _contract_signed(row)
        row["published_on"] = row["filed_on"] = signed - timedelta(days=28)
    return right, wrong
