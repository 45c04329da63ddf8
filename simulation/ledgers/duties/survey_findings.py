"""What the surveys found: the last sheet of the workbook of the surveys."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta

from simulation.ledgers.duties.surveys import in_the_workbook, without_last_rows
from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_COLON
from simulation.world.chance import pick
from simulation.world.places import streets
from simulation.world.surveys import ISSUE, MEASURE, PROBLEM, ROAD_PLACES, Plan, plans, survey_no
from simulation.world.values import Row
from simulation.world.world import World

ENTERPRISE_ASPECTS = (
    "融资难融资贵", "用地成本高", "惠企政策知晓度低", "招工难", "账款拖欠", "知识产权维权难", "涉企检查频次高",
    "审批环节多", "数字化转型慢", "市场准入隐性门槛",
)  # fmt: skip
MEASURES = (
    "优化信号灯配时", "增设行人过街设施", "清理占道停放", "增设右转专用道", "调整公交站位", "完善标志标线", "拓宽进口道",
    "加密微循环公交", "规范非机动车停放", "错峰上下学",
)  # fmt: skip
ISSUES = (
    "电动自行车违规行驶", "共享单车乱停放", "校园周边拥堵", "医院周边停车难", "占道施工管理", "货车违规入城", "网约车违规候客",
    "公交站台侵占", "夜间违停", "行人乱穿马路", "信号配时不合理",
)  # fmt: skip


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The findings of a year."""
    habits = Habits(
        footnotes=(f"注{FULL_COLON}问题按方面归并。",), date_forms=("compact", "cell"), header_choice=2023 - year
    )
    findings = rows(world, year)
    yield from in_the_workbook(year, Sheet("survey_findings", findings, habits), without_last_rows(findings))


def rows(world: World, year: int) -> list[Row]:
    """What the surveys found, put forward when each was over."""
    rng = world.stream("survey_findings", year)
    findings: list[Row] = []
    for number, plan in enumerate(plans(year), start=1):
        for kind, count in plan.findings:
            for text in _texts(plan, kind, count, rng):
                findings.append(
                    {
                        "finding_no": f"CG{year}-{len(findings) + 1:04d}",
                        "survey_no": survey_no(year, number),
                        "finding_kind": kind,
                        "raised_on": plan.last_day + timedelta(days=1 + rng.randrange(20)),
                        "finding_text": text,
                    }
                )
    return findings


def _texts(plan: Plan, kind: str, count: int, rng: random.Random) -> Sequence[str]:
    if kind == ISSUE:
        return ISSUES[:count]
    if kind == MEASURE:
        return [f"{pick(rng, streets())[1]}{pick(rng, ROAD_PLACES)}{pick(rng, MEASURES)}" for _ in range(count)]
    if plan.kind == "PRIVATE_ENTERPRISE":
        if kind == PROBLEM:
            return ENTERPRISE_ASPECTS[:count]
        return [f"关于{ENTERPRISE_ASPECTS[n % len(ENTERPRISE_ASPECTS)]}的建议{n + 1}" for n in range(count)]
    return [f"{plan.name}{kind}{n + 1}" for n in range(count)]
