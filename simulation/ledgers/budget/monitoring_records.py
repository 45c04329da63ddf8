"""Monitoring of the projects at mid-year and for each half-year: spending and targets side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED
from simulation.world.budget import allocated_fen
from simulation.world.calendar import beijing
from simulation.world.payments import spent_fen
from simulation.world.projects import FOLLOWED, IT_OPERATIONS, NEVER_FILED_2022
from simulation.world.values import Row, yuan
from simulation.world.world import World

MID_YEAR, FIRST_HALF, SECOND_HALF = "年中", "上半年", "下半年"
MID_YEAR_2022 = (IT_OPERATIONS, "人大会议经费", "其他运行经费")
FILED_LATE = {
    (2022, FIRST_HALF): ("专题调研经费",),
    (2022, SECOND_HALF): ("档案管理经费",),
    (2023, FIRST_HALF): ("代表建议督办经费",),
}
FILED_ON_THE_LAST_DAY = "人大立法经费"
CORRECTED_PROJECT = "人大宣传经费"
BEHIND_PCT = 20
FULL = Decimal(100)


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The forms of each period; one amount of the first half of 2023 was corrected."""
    parts = (
        (FIRST_HALF, f"{year}H1", beijing(year, 8, 7, 10, 5)),
        (MID_YEAR, f"{year}H1", beijing(year, 8, 7, 10, 31)),
        (SECOND_HALF, f"{year}H2", beijing(year + 1, 2, 7, 9, 12)),
    )
    for period, handed_for, received_at in parts:
        habits = Habits(
            title=f"{year}年{period}绩效运行监控表",
            unit="万元",
            has_unit_row=True,
            has_total_row=True,
            date_forms=("cell", "slash", "chinese"),
            thousands_every=7,
            fullwidth_every=11,
            nil_text="无",
        )
        records = rows(world, year, period)
        path = f"monitoring_records/{year}/{year}年{period}绩效运行监控表"
        if (year, period) == (2023, FIRST_HALF):
            first = Sheet("monitoring_records", first_version(records), habits)
            yield HandedFile(f"{path}.xlsx", handed_for, received_at, [first])
            records = [r for r in records if r["project_name"] == CORRECTED_PROJECT]
            path, received_at = f"{path}-{CORRECTED}", received_at + timedelta(days=8, hours=4)
        yield HandedFile(f"{path}.xlsx", handed_for, received_at, [Sheet("monitoring_records", records, habits)])


def first_version(records: Sequence[Row]) -> list[Row]:
    """The records as first handed in: the decimal point of one amount slipped."""
    return [{**r, "spent_yuan": _a_tenth(r)} if r["project_name"] == CORRECTED_PROJECT else r for r in records]


def _a_tenth(row: Row) -> Decimal:
    """The amount with its decimal point one place too far to the left."""
    amount = row["spent_yuan"]
    if not isinstance(amount, Decimal):
        raise TypeError("spent_yuan is money")
    return (amount / 10).quantize(Decimal("0.01"))


def _percent(part: int, whole: int) -> Decimal:
    return (FULL * part / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _reached(world: World, year: int) -> dict[str, Decimal]:
    """How far the targets of each project are by the end of June, as the forms of the first half say."""
    return {
        str(r["project_code"]): r["target_progress_pct"]
        for r in rows(world, year, FIRST_HALF)
        if isinstance(r["target_progress_pct"], Decimal)
    }


def rows(world: World, year: int, period: str) -> list[Row]:
    """The records of one period; in 2022 only three of the four large projects were looked at in the middle of the year."""
    rng = world.stream("monitoring_records", year, period)
    until = date(year, 12, 31) if period == SECOND_HALF else date(year, 6, 30)
    due_on = until + timedelta(days=31)
    projects = FOLLOWED if year == 2023 else [p for p in FOLLOWED if not p.is_basic]
    if year == 2022 and period == MID_YEAR:
        projects = [p for p in projects if p.name in MID_YEAR_2022]
    if year == 2022 and period == SECOND_HALF:
        projects = [p for p in projects if p.name != NEVER_FILED_2022]
    by_half_year = _reached(world, year) if period == MID_YEAR else {}
    records: list[Row] = []
    for n, project in enumerate(projects, start=1):
        spent = spent_fen(world.vouchers(year), year, project, date(year, 1, 1), until)
        progress = _percent(spent, allocated_fen(world.budget(year), project, until))
        reached = FULL if period == SECOND_HALF else Decimal(rng.randrange(42, 72))
        if period == MID_YEAR:  # The forms of one day tell of one progress.
            reached = by_half_year.get(project.code, reached)
        filed_on = due_on - timedelta(days=rng.randrange(5, 20))
        if project.name == FILED_ON_THE_LAST_DAY:
            filed_on = due_on
        if project.name in FILED_LATE.get((year, period), ()):
            filed_on = due_on + timedelta(days=3)
        behind = reached - progress
        records.append(
            {
                "sequence_no": n,
                "project_code": project.code,
                "project_name": project.name,
                "monitoring_period": f"{year}{period}",
                "spent_yuan": yuan(spent),
                "spending_progress_pct": progress,
                "target_progress_pct": reached,
                "deviation_zh": f"支出进度落后于目标进度{behind}个百分点" if behind > BEHIND_PCT else "无明显偏差",
                "measure_taken_zh": rng.choice(("加快合同付款", "优化绩效目标", "申请调剂预算"))
                if behind > BEHIND_PCT
                else None,
                "filed_on": filed_on,
            }
        )
    return records
