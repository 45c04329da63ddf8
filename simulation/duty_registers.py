"""Registers of recorded documents, of appointments and of special research."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from simulation.allocate import pick, split
from simulation.handed_in import Row
from simulation.meetings import COMMITTEE, Meeting
from simulation.places import DISTRICT_NAMES
from simulation.targets import published

REVIEWED = {2022: 31, 2023: published()["review.documents"].count}
NOT_YET_REVIEWED = 2
CARRIED_FROM_2022 = 1
DOCUMENT_KINDS = ("管理办法", "实施细则", "工作规定", "若干措施")
DOCUMENT_SUBJECTS = ("市政设施", "农村宅基地", "网约车", "公共租赁住房", "校外培训", "餐饮油烟", "政务数据", "古树名木")
RESULTS = (("未发现问题", 0.86), ("提出审查意见", 0.95), ("已修改或废止", 1.0))

PERSON_TIMES = {2022: 74, 2023: published()["appointments.person_times"].count}
OFFICES = (
    ("市人民政府", ("局长", "主任", "秘书长")),
    ("市中级人民法院", ("审判员", "庭长", "副庭长", "审判委员会委员")),
    ("市人民检察院", ("检察员", "检察委员会委员")),
    ("市人大常委会", ("工作委员会副主任", "副秘书长")),
)
MOVED_PEOPLE = 9
REMOVED_SHARE = 0.3

RESEARCH_TASKS = {2022: 16, 2023: 20}
LATE_TASK_OF_2022, UNFINISHED_TASK_OF_2022, FINISHED_ON_THE_DAY = 4, 11, 2
RESEARCH_UNITS = (
    "研究室", "法制工作委员会", "监察和司法工作委员会", "预算工作委员会", "经济工作委员会",
    "农村农业工作委员会", "教育科学文化卫生工作委员会", "社会建设工作委员会", "代表工作委员会",
)  # fmt: skip
TOPICS = (
    "民营经济发展", "城市更新", "交通堵点治理", "社区养老服务", "基层立法联系点建设", "代表联络站作用发挥", "预算绩效监督",
    "乡村产业", "职业教育", "数据要素", "检察建议落实", "托育服务", "河涌治理", "历史文化街区活化", "新业态劳动者权益",
    "政府债务监督", "代表建议办理质量", "快递物流末端配送", "青年创新创业", "备案审查能力建设",
)  # fmt: skip


def review_rows(year: int, rng: random.Random) -> list[Row]:
    """Documents on the register of a year; one of late 2022 is reviewed in 2023, the last two are not yet reviewed."""
    received_in_the_year = REVIEWED[year] + NOT_YET_REVIEWED - (CARRIED_FROM_2022 if year == 2023 else 0)
    first = date(year, 1, 6)
    days = sorted(first + timedelta(days=rng.randrange(300)) for _ in range(received_in_the_year - NOT_YET_REVIEWED))
    days += [date(year, 12, 13), date(year, 12, 20)]
    rows = [_review(year, n, day, rng) for n, day in enumerate(days, start=1)]
    for row in rows[-NOT_YET_REVIEWED:]:
        row |= {"reviewed_on": None, "result": None}
    if year == 2022:
        rows[-1] |= _carried_over()
    if year == 2023:
        rows.insert(0, _carried_over() | {"reviewed_on": date(2023, 2, 9), "result": "未发现问题"})
    return [*rows]


def _carried_over() -> dict[str, str | date | None]:
    """The document received in December 2022 that is reviewed in the next year."""
    return {
        "review_no": "BA2022-900",
        "title": "广州市供水设施移交管理办法",
        "issuer": "市人民政府",
        "received_on": date(2022, 12, 21),
        "reviewed_on": None,
        "result": None,
    }


def _review(year: int, n: int, received_on: date, rng: random.Random) -> dict[str, str | date | None]:
    district = pick(rng, sorted(DISTRICT_NAMES.values()))
    issuer = "市人民政府" if rng.random() < 0.6 else f"{district}人大常委会"
    place = "广州市" if issuer == "市人民政府" else f"广州市{district}"
    drawn = rng.random()
    return {
        "review_no": f"BA{year}-{n:03d}",
        "title": f"{place}{pick(rng, DOCUMENT_SUBJECTS)}{pick(rng, DOCUMENT_KINDS)}",
        "issuer": issuer,
        "received_on": received_on,
        "reviewed_on": received_on + timedelta(days=10 + rng.randrange(40)),
        "result": next(name for name, bound in RESULTS if drawn < bound),
    }


def appointment_rows(year: int, meetings: Sequence[Meeting], rng: random.Random) -> list[Row]:
    """Person-times by meeting; some people are removed from one office and appointed to another on the same day."""
    committee = [m for m in meetings if m.body == COMMITTEE]
    rows: list[Row] = []
    person = 0
    counts = split(PERSON_TIMES[year], [1.0 + (n % 3) for n in range(len(committee))], least=2)
    for meeting, count in zip(committee, counts, strict=True):
        moved = MOVED_PEOPLE // len(committee) + 1
        made = 0
        while made < count:
            person += 1
            organ, titles = OFFICES[person % len(OFFICES)]
            kinds: tuple[str, ...] = ("免",) if rng.random() < REMOVED_SHARE else ("任",)
            if moved and count - made >= 2:
                kinds, moved = ("免", "任"), moved - 1
            for kind in kinds:
                made += 1
                rows.append(
                    {
                        "appointment_no": f"RM{year}-{len(rows) + 1:03d}",
                        "person_no": f"GB{year}{person:04d}",
                        "organ": organ,
                        "office_title": titles[(person + made) % len(titles)],
                        "kind": kind,
                        "decided_on": meeting.closed_on,
                        "meeting_no": meeting.number,
                    }
                )
    return rows


def research_rows(year: int, rng: random.Random) -> list[Row]:
    """The plan of the year and what came of it: in 2022 one task late and one unfinished, in 2023 none."""
    rows: list[Row] = []
    for n in range(RESEARCH_TASKS[year]):
        planned_start = date(year, 2, 13) + timedelta(days=rng.randrange(150))
        planned_finish = planned_start + timedelta(days=60 + rng.randrange(70))
        started = planned_start + timedelta(days=rng.randrange(8))
        finished: date | None = planned_finish - timedelta(days=1 + rng.randrange(12))
        if n == FINISHED_ON_THE_DAY:
            finished = planned_finish
        if year == 2022 and n == LATE_TASK_OF_2022:
            finished = planned_finish + timedelta(days=1)
        if year == 2022 and n == UNFINISHED_TASK_OF_2022:
            finished = None
        rows.append(
            {
                "task_no": f"DY{year}-{n + 1:02d}",
                "topic": f"{TOPICS[n]}专项调研",
                "unit": RESEARCH_UNITS[n % len(RESEARCH_UNITS)],
                "planned_start_on": planned_start,
                "planned_finish_on": planned_finish,
                "started_on": started,
                "finished_on": finished,
                "report_submitted_on": finished + timedelta(days=rng.randrange(10)) if finished else None,
                "outcome": pick(rng, ("转市政府研究处理", "作为立法参考", "提交常委会会议")) if finished else None,
            }
        )
    return rows
