"""What was done with the results of evaluations and of monitoring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import DASH
from simulation.world.calendar import beijing
from simulation.world.projects import IT_OPERATIONS
from simulation.world.values import Row, yuan
from simulation.world.world import World

Application = tuple[str, str, str, int | None, date, bool, date | None]
WHOLE = "部门整体支出"
APPLICATIONS: dict[int, tuple[Application, ...]] = {
    2022: (
        (IT_OPERATIONS, "优", "预算安排", 12_000_000, date(2022, 10, 14), False, None),
        ("代表培训经费", "良", "预算安排", -4_500_000, date(2022, 10, 14), False, None),
        (WHOLE, "良", "预算安排", None, date(2022, 10, 14), False, None),
        ("人大宣传经费", "支出进度偏慢", "监控整改", None, date(2022, 8, 9), True, date(2022, 9, 20)),
        ("专题调研经费", "支出进度偏慢", "监控整改", -1_800_000, date(2022, 8, 9), True, date(2022, 10, 31)),
        (WHOLE, "良", "内部通报", None, date(2022, 6, 17), False, None),
        ("档案管理经费", "复核扣分", "整改落实", None, date(2022, 11, 3), True, None),
        (WHOLE, "良", "整改落实", None, date(2022, 11, 3), False, None),
    ),
    2023: (
        (IT_OPERATIONS, "优", "预算安排", 20_000_000, date(2023, 10, 13), False, None),
        ("人大会议经费", "优", "预算安排", None, date(2023, 10, 13), False, None),
        ("代表培训经费", "良", "预算安排", -6_000_000, date(2023, 10, 13), False, None),
        ("档案管理经费", "良", "预算安排", -2_500_000, date(2023, 10, 13), False, None),
        ("其他运行经费", "支出进度偏慢", "监控整改", None, date(2023, 8, 15), True, date(2023, 9, 28)),
        ("专题调研经费", "目标偏低", "监控整改", None, date(2023, 8, 15), True, date(2023, 8, 31)),
        ("人大宣传经费", "支出进度偏慢", "监控整改", -3_000_000, date(2023, 8, 15), True, date(2023, 10, 26)),
        (WHOLE, "优", "内部通报", None, date(2023, 6, 20), False, None),
        (WHOLE, "年中监控情况", "内部通报", None, date(2023, 9, 5), False, None),
        ("档案管理经费", "复核扣分", "整改落实", None, date(2023, 6, 28), True, date(2023, 9, 1)),
        ("人大宣传经费", "复核扣分", "整改落实", None, date(2023, 6, 28), True, date(2023, 11, 20)),
        (WHOLE, "优", "整改落实", None, date(2023, 6, 28), False, None),
    ),
}


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The ledger of a year in January."""
    habits = Habits(
        title=f"{year}年绩效结果应用台账",
        unit="万元",
        has_unit_row=True,
        has_total_row=True,
        has_parentheses=True,
        date_forms=("chinese", "cell"),
        nil_text=DASH,
        nil_columns=("budget_change_yuan", "rectified_on", "remark"),
    )
    path = f"result_applications/{year}/{year}年绩效结果应用台账.xlsx"
    sheet = Sheet("result_applications", rows(year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 10, 17, 20), [sheet])


def rows(year: int) -> list[Row]:
    """What was done with the results of evaluations and of monitoring in a year."""
    return [
        {
            "application_no": f"JG{year}{n:03d}",
            "object_name": name,
            "result": result,
            "use_kind": kind,
            "budget_change_yuan": None if fen is None else yuan(fen),
            "applied_on": applied_on,
            "is_rectification_required": is_required,
            "rectified_on": rectified_on,
            "remark": None,
        }
        for n, (name, result, kind, fen, applied_on, is_required, rectified_on) in enumerate(
            APPLICATIONS[year], start=1
        )
    ]
