"""The procurements of a year: what had begun by the end of June, and the rest with what changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from simulation.paper.handed_in import Group, Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.paper.unfolding import in_two_files
from simulation.world.calendar import beijing
from simulation.world.values import Row
from simulation.world.world import World

GROUPS = (
    Group("采购过程", "plan_filed_on", "winning_amount_yuan"),
    Group("投诉与处罚", "complaints_raised", "violation_confirmed_on"),
    Group("政策功能", "is_agricultural", "is_green"),
)
EVENTS: Mapping[str, Sequence[str]] = {
    "plan_filed_on": (),
    "notice_on": (),
    "award_notice_on": ("winning_amount_yuan",),
    "complaint_decided_on": ("complaints_upheld",),
}


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The files of July and of January."""
    middle, end = beijing(year, 7, 6, 16, 5), beijing(year + 1, 1, 8, 15, 47)
    first, second = in_two_files(
        world.procurement.procurements[year],
        lambda row: _begun(row) <= date(year, 6, 30),
        middle.date(),
        end.date(),
        EVENTS,
    )
    yield _file(first, year, "上半年", middle)
    yield _file(second, year, "下半年", end)


def _begun(row: Row) -> date:
    return min(d for d in (row["plan_filed_on"], row["notice_on"], row["award_notice_on"]) if isinstance(d, date))


def _file(rows: Sequence[Row], year: int, half: str, received_at: datetime) -> HandedFile:
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
    numbered = [{"sequence_no": n, **row} for n, row in enumerate(ordered, start=1)]
    path = f"procurements/{year}/{year}年{half}采购项目台账.xlsx"
    period = f"{year}H{1 if half == '上半年' else 2}"
    return HandedFile(path, period, received_at, [Sheet("procurements", numbered, habits)])
