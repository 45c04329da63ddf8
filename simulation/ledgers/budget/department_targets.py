"""Targets of the whole department and what was reached: the six indicators of the report and one on satisfaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from simulation.paper.handed_in import Group, Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON, FULL_COMMA
from simulation.world.calendar import beijing
from simulation.world.values import Row
from simulation.world.world import World

ACTUALS = {
    2022: ("97.5", "87.5", "87.5", "87.5", "100", "基本顺利", "95.2"),
    2023: ("100", "100", "100", "100", "100", "顺利", "96.4"),
}
"""What the department reports for its indicators; the six of the report agree with the ledgers of its duties."""

OVERALL = (
    f"保证市人大代表依法行使代表职权{FULL_COMMA}保障市人大及其常委会立法、监督、决定、任免和代表工作依法有序开展",
    f"市人大及其常委会各项会议和立法、监督、决定、任免、代表工作按计划完成{FULL_COMMA}代表依法履职得到保障",
)
"""The overall target of the department and what it says was reached."""


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The form of a year in January, with targets and actual values."""
    habits = Habits(
        title=f"{year}年部门整体支出绩效目标表",
        groups=(Group("绩效指标", "indicator_no", "indicator_kind"), Group("目标值", "operator", "unit")),
        date_forms=("chinese", "dot"),
        nil_text="/",
        nil_columns=("unit",),
        footnotes=(f"注{FULL_COLON}定性指标填写文字。",),
    )
    path = f"department_targets/{year}/{year}年部门整体支出绩效目标表.xlsx"
    sheet = Sheet("department_targets", rows(year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 12, 10, 20), [sheet])


def rows(year: int) -> list[Row]:
    """The six indicators of the report and one on satisfaction without points; in 2023 one target was raised in August."""
    first, second = date(year, 2, 7 + (year == 2022)), date(2023, 8, 18)
    actuals = ACTUALS[year]
    indicators = [
        ("专项工作报告审议及时率", "产出", "≥", "100", "%", 5),
        ("讨论决定重大事项工作及时率", "产出", "≥", "100", "%", 5),
        ("决定重大事项讨论规范性", "产出", "=", "100", "%", 5),
        ("专项调研开展及时率", "产出", "≥", "100", "%", 5),
        ("立法审议结果公开度", "效益", "≥", "100", "%", 10),
        ("保障讨论决定重大事项工作顺利开展", "效益", "定性", "顺利", None, 10),
        ("人大代表满意度", "满意度", "≥", "90", "%", 0),
    ]
    targets: list[Row] = [
        {
            "indicator_no": n,
            "indicator_name": name,
            "indicator_kind": kind,
            "operator": operator,
            "target": target,
            "unit": unit,
            "weight": Decimal(weight),
            "actual": actuals[n - 1],
            "evidence_no": f"ZZ{year}-{n:02d}",
            "approved_on": first,
            "version": 1,
            "overall_target_zh": OVERALL[0],
            "overall_actual_zh": OVERALL[1],
        }
        for n, (name, kind, operator, target, unit, weight) in enumerate(indicators, start=1)
    ]
    if year == 2023:
        raised = targets[3]
        targets[3] = {**raised, "target": "95", "actual": None, "evidence_no": None}
        targets.insert(4, {**raised, "approved_on": second, "version": 2})
    return targets
