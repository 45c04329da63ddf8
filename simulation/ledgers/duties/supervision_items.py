"""Supervision items of the Standing Committee; those of 2023 were handed in again, corrected."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED, FULL_COLON
from simulation.world.calendar import beijing
from simulation.world.chance import pick
from simulation.world.inspections import SNAKEBITE_INSPECTION, SNAKEBITE_ITEM
from simulation.world.targets import published
from simulation.world.values import Row
from simulation.world.world import World

TRAFFIC_INQUIRY = "交通秩序整治专题询问"
UNPLANNED, LATE, UNFINISHED = 5, 4, 1
TOPICS = (
    "义务教育学位建设", "院前医疗急救", "接处警工作", "政务服务热线办理", "信访工作", "疫情防控数据安全管理",
    "社区养老服务", "城中村改造", "民营经济发展", "生态环境保护", "国有资产管理", "乡村振兴", "河涌水质达标",
    "历史文化名城保护", "消防安全", "食品安全", "住房保障", "就业促进", "数字政府建设", "审判监督", "公益诉讼检察",
    "垃圾分类", "农产品质量安全", "文化体育设施建设", "侨务工作", "民族宗教工作", "科技创新", "知识产权保护",
)  # fmt: skip
BUDGET_TOPICS = (
    "上半年国民经济和社会发展计划执行情况", "上半年预算执行情况", "上年度决算草案", "上年度预算执行审计情况", "审计整改情况",
    "预算调整方案", "政府债务管理情况", "国有资本经营预算", "重点项目绩效情况",
)  # fmt: skip
INSPECTED_LAWS = (
    "《中华人民共和国安全生产法》", "《广州市幼儿园条例》", "《广州市停车场条例》", "《广州市生活垃圾分类管理条例》",
    "《广州市湿地保护规定》", "《广州市数字经济促进条例》",
)  # fmt: skip
COUNTS = {
    2022: {
        "WORK_REPORT": 18,
        "PLAN_BUDGET": 8,
        "LAW_INSPECTION": 5,
        "INQUIRY": 1,
        "INSPECTION_TOUR": 5,
        "RESEARCH": 11,
    },
    2023: {"PLAN_BUDGET": 9, "LAW_INSPECTION": 6, "INQUIRY": 2, "INSPECTION_TOUR": 7, "RESEARCH": 14},
}
RESULTS = {
    "WORK_REPORT": "形成审议意见",
    "PLAN_BUDGET": "形成审议意见",
    "LAW_INSPECTION": "形成执法检查报告和审议意见",
    "INQUIRY": "形成问题清单交市政府办理",
    "INSPECTION_TOUR": "形成视察意见",
    "RESEARCH": "形成调研报告",
}
UNITS = {
    "WORK_REPORT": ("经济工作委员会", "教育科学文化卫生工作委员会", "社会建设工作委员会", "监察和司法工作委员会"),
    "PLAN_BUDGET": ("预算工作委员会", "经济工作委员会"),
    "LAW_INSPECTION": ("教育科学文化卫生工作委员会", "城乡建设环境与资源保护工作委员会"),
    "INQUIRY": ("监察和司法工作委员会",),
    "INSPECTION_TOUR": ("代表工作委员会", "农村农业工作委员会"),
    "RESEARCH": ("研究室", "社会建设工作委员会", "华侨外事民族宗教工作委员会"),
}


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The items of a year in January."""
    habits = Habits(
        title=f"{year}年监督项目台账",
        header_choice=2023 - year,
        code_style="name",
        date_forms=("cell", "chinese", "dot", "cell"),
        nil_text="/",
        nil_columns=("cancelled_on",),
        footnotes=(f"填报人{FULL_COLON}经办人05",),
        blank_row_every=20,
    )
    items = rows(world, year)
    path = f"supervision_items/{year}/{year}年监督项目台账"
    if year == 2023:
        first = [Sheet("supervision_items", first_version(items), habits)]
        yield HandedFile(f"{path}.xlsx", str(year), beijing(year + 1, 1, 8, 10, 5), first)
        path += f"-{CORRECTED}"
    sheet = Sheet("supervision_items", items, habits)
    yield HandedFile(f"{path}.xlsx", str(year), beijing(year + 1, 1, 17, 15, 40), [sheet])


def _counts(year: int) -> dict[str, int]:
    """How many items of each kind took place; those of 2023 add up to the published figure."""
    counts = dict(COUNTS[year])
    if year == 2023:
        counts["WORK_REPORT"] = published()["supervision.items"].count - sum(counts.values())
    return counts


def _names(kind: str, count: int, year: int, rng: random.Random) -> list[str]:
    if kind == "PLAN_BUDGET":
        return [f"听取审议{topic}" for topic in BUDGET_TOPICS[:count]]
    if kind == "LAW_INSPECTION":
        names = [f"{law}执法检查" for law in INSPECTED_LAWS]
        return [SNAKEBITE_ITEM, *names][:count] if year == SNAKEBITE_INSPECTION.year else names[:count]
    topics = rng.sample(TOPICS, count)
    if kind == "WORK_REPORT":
        return [f"听取审议{topic}情况的报告" for topic in topics]
    if kind == "INQUIRY":
        return [TRAFFIC_INQUIRY, *(f"{topic}专题询问" for topic in topics)][:count]
    return [f"{topic}{'视察' if kind == 'INSPECTION_TOUR' else '专题调研'}" for topic in topics]


def rows(world: World, year: int) -> list[Row]:
    """The items of a year: some added outside the plan, some late, one unfinished, and one that was cancelled."""
    rng = world.stream("supervision_items", year)
    named = [(kind, name) for kind, count in _counts(year).items() for name in _names(kind, count, year, rng)]
    special = rng.sample(
        [n for n, (_, name) in enumerate(named) if name != SNAKEBITE_ITEM], UNPLANNED + LATE + UNFINISHED
    )
    unplanned, late = set(special[:UNPLANNED]), set(special[UNPLANNED : UNPLANNED + LATE])
    unfinished = set(special[UNPLANNED + LATE :])
    items: list[dict[str, str | date | None]] = []
    for n, (kind, name) in enumerate(named):
        start = date(year, 2, 6) + timedelta(days=rng.randrange(240))
        if name == SNAKEBITE_ITEM:
            start = SNAKEBITE_INSPECTION
        due = min(start + timedelta(days=25 + rng.randrange(60)), date(year, 12, 25))
        begun = start + timedelta(days=0 if name == SNAKEBITE_ITEM else rng.randrange(8))
        finished: date | None = due - timedelta(days=rng.randrange(15))
        if n in late:
            finished = min(due + timedelta(days=3 + rng.randrange(4)), date(year, 12, 31))
        if n in unfinished:
            finished = None
        items.append(
            {
                "item_no": "",
                "item_name": name,
                "supervision_kind": kind,
                "responsible_unit": pick(rng, UNITS[kind]),
                "planned_start_on": None if n in unplanned else start,
                "planned_finish_on": None if n in unplanned else due,
                "started_on": begun,
                "finished_on": finished,
                "cancelled_on": None,
                "result": RESULTS[kind] if finished else None,
            }
        )
    cancelled = dict(items[-1]) | {
        "item_name": "境外招商引资工作专题调研",
        "supervision_kind": "RESEARCH",
        "responsible_unit": "研究室",
        "planned_start_on": date(year, 10, 9),
        "planned_finish_on": date(year, 11, 30),
        "started_on": None,
        "finished_on": None,
        "cancelled_on": date(year, 9, 22),
        "result": None,
    }
    items.append(cancelled)
    return [row | {"item_no": f"JD{year}-{n:03d}"} for n, row in enumerate(items, start=1)]


def first_version(items: Sequence[Row]) -> list[Row]:
    """The items as first handed in: the last finished one missing, and one finish a month too early."""
    wrong = dict(items[0])
    finished = wrong["finished_on"]
    if isinstance(finished, date):
        wrong["finished_on"] = finished - timedelta(days=30)
    return [wrong, *items[1:-2], items[-1]]
