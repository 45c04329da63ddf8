"""The target forms of projects: filed in autumn for the next year, handed in again with actual values after it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON, FULL_COMMA, FULL_LEFT, FULL_RIGHT
from simulation.world.budget import allocated_fen
from simulation.world.calendar import beijing
from simulation.world.chance import pick
from simulation.world.payments import spent_fen
from simulation.world.projects import PROJECTS, Project
from simulation.world.values import Row
from simulation.world.world import World

NOT_FILED = {2022: ("办公设备购置经费",)}
"""Every project that is not basic spending must file; in 2022 one did not."""
RETURNED = {1: 3, 2: 1}
"""How many forms were returned for changes so many times."""
IN_WORDS = "定性"


@dataclass(frozen=True)
class Indicator:
    """An indicator of a form; ``targets`` are what offices set, ``spread`` is how far the actual value may lie above."""

    level1: str
    level2: str
    name: str
    operator: str
    targets: tuple[str, ...]
    unit: str | None
    weight: int
    spread: int = 0


INDICATORS = (
    Indicator("产出指标", "数量指标", "{activity}开展次数", "≥", ("4", "6", "8", "12", "20"), "次", 15, 3),
    Indicator("产出指标", "质量指标", "{activity}验收合格率", "≥", ("95", "98", "100"), "%", 15),
    Indicator("产出指标", "时效指标", "{activity}按期完成率", "=", ("100",), "%", 10),
    Indicator("产出指标", "成本指标", "{activity}预算控制率", "≤", ("100",), "%", 10),
    Indicator("效益指标", "社会效益", "保障人大依法履职", IN_WORDS, ("有效保障", "显著提升"), None, 20),
    Indicator("效益指标", "可持续影响", "工作机制健全程度", IN_WORDS, ("健全", "基本健全"), None, 10),
    Indicator("满意度指标", "服务对象满意度", "服务对象满意度", "≥", ("85", "90", "95"), "%", 10, 4),
)
"""Outputs 50, effects 30, satisfaction 10; the other 10 of 100 belong to the budget rate (Cai Yu [2020] no. 10), which no form lists."""
PERCENT = "%"
CENT = Decimal("0.01")
EXECUTION = Decimal(10)
"""Points of the budget rate."""
FAR_ABOVE = Decimal("1.3")
"""From here on an office says why its target was so low; the limit is the warehouse's own."""
LOW_TARGET = f"年中增加任务{FULL_COMMA}次数超过年初指标{FULL_COMMA}下年按实际需要设定指标"


@dataclass(frozen=True)
class Missed:
    """What a project reached of an indicator instead of its target, and what its unit says about it."""

    actual: str
    reason: str


MISSED = {
    (2022, "人大宣传经费", 1): Missed("2", f"上半年活动取消{FULL_COMMA}已改为线上开展"),
    (2022, "人大宣传经费", 7): Missed("80", f"受访人员反映活动较少{FULL_COMMA}下年增加场次"),
    (2023, "代表培训经费", 1): Missed("3", f"一期培训与人大会议冲突{FULL_COMMA}推迟到次年一月举办"),
    (2023, "预算联网监督经费", 3): Missed("90", f"接口验收晚于计划{FULL_COMMA}已与承建单位重新约定节点"),
    (2023, "档案管理经费", 7): Missed("82", f"查档等候时间偏长{FULL_COMMA}已增设自助查询"),
    (2023, "人大信访工作经费", 6): Missed(
        "部分达成预期指标并具有一定效果", f"与相关单位的联络机制尚在完善{FULL_COMMA}下年印发工作规程"
    ),
}
"""Indicators that were not reached, by year, project and number of the indicator."""
PARTLY = Decimal("0.7")
"""The share of the points that a unit gives itself where an indicator judged in words was partly reached."""
KNOWN_AFTER_THE_YEAR = ("overall_actual_zh", "actual_value", "as_of", "self_points", "deviation_zh")
POINTS_SINCE = 2023
"""From this year on the forms have points and reasons for each indicator; those before have the actual values only."""


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The forms as approved, and again with actual values."""
    forms = rows(world, year)
    habits = Habits(
        title=f"项目支出绩效目标申报表{FULL_LEFT}{year}年度{FULL_RIGHT}",
        date_forms=("chinese",),
        label_ending=FULL_COLON,
        merged_down=("level1", "level2"),
        sheet_named_by="project_name",
        footnotes=(f"填报人{FULL_COLON}经办人03",),
    )
    path = f"performance_targets/{year}/{year}年项目支出绩效目标申报表"
    at_first = [{name: None if name in KNOWN_AFTER_THE_YEAR else row[name] for name in row} for row in forms]
    approved = Sheet("performance_targets", at_first, habits)
    yield HandedFile(f"{path}.xlsx", str(year), beijing(year, 2, 9, 10, 20), [approved])
    reached = Sheet("performance_targets", forms, habits)
    yield HandedFile(f"{path}-年终完成值.xlsx", str(year), beijing(year + 1, 1, 12, 15, 5), [reached])


def required_projects() -> list[Project]:
    """The projects whose targets must be filed: all that are not basic spending."""
    return [project for project in PROJECTS if not project.is_basic]


def rows(world: World, year: int) -> list[Row]:
    """The rows of all forms of a year as known after it, form by form."""
    rng = world.stream("performance_targets", year)
    filed = [p for p in required_projects() if p.name not in NOT_FILED.get(year, ())]
    returned = [times for times, count in RETURNED.items() for _ in range(count)]
    returned += [0] * (len(filed) - len(returned))
    rng.shuffle(returned)
    approved_on = date(year, 2, 6)
    middle_of_october = date(year - 1, 10, 16)
    opened_on = middle_of_october - timedelta(days=middle_of_october.weekday())
    forms: list[Row] = []
    for project, times in zip(filed, returned, strict=True):
        filed_on = opened_on + timedelta(days=rng.randrange(5) + 7 * rng.randrange(4))
        activity = project.name.removesuffix("服务经费").removesuffix("工作经费").removesuffix("经费")
        overall = (
            f"完成{year}年{activity}全年任务{FULL_COMMA}经费按预算使用{FULL_COMMA}为市人大及其常委会依法履职提供保障",
            f"{year}年{activity}各项任务已完成{FULL_COMMA}经费按预算使用{FULL_COMMA}保障了市人大及其常委会依法履职",
        )
        for number, indicator in enumerate(INDICATORS, start=1):
            target = pick(rng, indicator.targets)
            drawn = _actual(indicator, target, rng)
            missed = MISSED.get((year, project.name, number))
            actual = missed.actual if missed else drawn
            row: Row = {
                "project_code": project.code,
                "project_name": project.name,
                "division": project.unit,
                "filed_on": filed_on,
                "approved_on": approved_on,
                "returned_count": times,
                "overall_target_zh": overall[0],
                "overall_actual_zh": overall[1],
                "indicator_no": number,
                "level1": indicator.level1,
                "level2": indicator.level2,
                "indicator_name": indicator.name.format(activity=activity),
                "operator": indicator.operator,
                "target_value": target,
                "unit": indicator.unit,
                "weight": Decimal(indicator.weight),
                "actual_value": actual,
                "as_of": date(year, 12, 31),
            }
            if year >= POINTS_SINCE:
                reason = missed.reason if missed else LOW_TARGET if is_far_above(indicator, target, actual) else None
                row = {**row, "self_points": points(indicator, target, actual), "deviation_zh": reason}
            forms.append(row)
    return forms


def _actual(indicator: Indicator, target: str, rng: random.Random) -> str:
    """An actual value that meets the target."""
    if indicator.operator == IN_WORDS:
        return target
    if indicator.operator == "≤":
        return str(Decimal(target) - Decimal(rng.randrange(1, 60)) / 10)
    value = int(target) + (rng.randrange(indicator.spread + 1) if indicator.spread else 0)
    return str(min(value, 100) if indicator.unit == PERCENT else value)


def is_far_above(indicator: Indicator, target: str, actual: str) -> bool:
    """Whether so much more was done than planned that the target looks low."""
    return indicator.operator == "≥" and Decimal(actual) > Decimal(target) * FAR_ABOVE


def points(indicator: Indicator, target: str, actual: str) -> Decimal:
    """What a unit gives itself: full points where the target is met, else in proportion (Cai Yu [2020] no. 10)."""
    weight = Decimal(indicator.weight)
    if indicator.operator == IN_WORDS:
        return weight if actual == target else (weight * PARTLY).quantize(CENT, ROUND_HALF_UP)
    share = Decimal(target) / Decimal(actual) if indicator.operator == "≤" else Decimal(actual) / Decimal(target)
    return (weight * min(share, Decimal(1))).quantize(CENT, ROUND_HALF_UP)


def execution_points(world: World, year: int, project: Project) -> Decimal:
    """The ten points of the budget rate, in proportion."""
    ends_on = date(year, 12, 31)
    budget = allocated_fen(world.budget(year), project, ends_on)
    spent = spent_fen(world.vouchers(year), year, project, date(year, 1, 1), ends_on)
    return (EXECUTION * min(Decimal(spent) / budget, Decimal(1))).quantize(CENT, ROUND_HALF_UP)


def scores(world: World, year: int) -> dict[str, Decimal]:
    """The score of each project that filed a form: the budget rate and its indicators."""
    by_number = dict(enumerate(INDICATORS, start=1))
    found: dict[str, Decimal] = {}
    for row in rows(world, year):
        number, target, actual = row["indicator_no"], str(row["target_value"]), str(row["actual_value"])
        assert isinstance(number, int)
        code = str(row["project_code"])
        found[code] = found.get(code, Decimal(0)) + points(by_number[number], target, actual)
    return {p.code: found[p.code] + execution_points(world, year, p) for p in PROJECTS if p.code in found}
