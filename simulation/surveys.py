"""Surveys of a year: who took part, what was visited, and what was found. One workbook with four sheets."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from simulation.allocate import pick
from simulation.credit_codes import credit_code, miswritten
from simulation.deputies import Register, deputy_no
from simulation.handed_in import Row, Value
from simulation.places import DISTRICT_NAMES, districts, streets
from simulation.targets import published

ENTERPRISE, PROJECT, SITE, UNIT = "企业", "城市更新项目", "交通堵点", "单位"
PROBLEM, SUGGESTION, MEASURE, ISSUE = "问题", "建议", "对策建议", "突出问题"
LARGE_PROJECT_YUAN = 200_000_000
AT_THE_BOUND, BELOW_THE_BOUND, PROJECTS_SEEN_TWICE = 2, 8, 6
ENTERPRISES_SEEN_TWICE, SITES_SEEN_TWICE = 10, 8
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
ROAD_PLACES = ("路口", "学校门口路段", "医院门口路段", "地铁口", "高架桥下匝道", "农贸市场路段")


@dataclass(frozen=True)
class Plan:
    """One survey: who may take part, and how much of it there is."""

    kind: str
    name: str
    unit: str
    first_day: date
    last_day: date
    levels: str
    deputies: int
    person_times: int
    enterprises: int = 0
    projects: int = 0
    sites: int = 0
    units: int = 0
    findings: tuple[tuple[str, int], ...] = ()


def plans(year: int) -> list[Plan]:
    """The surveys of a year; the totals of 2023 are those of the report."""
    if year == 2022:
        return _plans_2022()
    figures = {
        name: bounds.count for name, bounds in published().items() if bounds.low == bounds.high and _is_ours(name)
    }
    return [
        Plan("BUDGET_REVIEW", "2023年预算草案会前介入预先审查", "预算工作委员会", date(2022, 12, 12), date(2023, 1, 6),
             "3", 347, 361, findings=((SUGGESTION, 9),)),
        Plan("PRIVATE_ENTERPRISE", "促进民营经济高质量发展专题调研", "经济工作委员会", date(2023, 3, 6), date(2023, 6, 30),
             "345", 1_184, figures["survey.enterprise_deputy_times"],
             enterprises=figures["survey.enterprises_visited"], units=2,
             findings=((PROBLEM, figures["survey.enterprise_problems"]),
                       (SUGGESTION, figures["survey.enterprise_suggestions"]))),
        Plan("URBAN_RENEWAL", "城市更新年度计划项目进度调研监督", "城乡建设环境与资源保护工作委员会", date(2023, 4, 10),
             date(2023, 9, 28), "34", 61, 88, projects=figures["survey.urban_renewal_projects"],
             findings=((PROBLEM, 4), (SUGGESTION, 3))),
        Plan("TRAFFIC", "交通治理“把脉问诊”调研", "监察和司法工作委员会", date(2023, 5, 8), date(2023, 8, 25),
             "34", figures["traffic.deputies"], 398, sites=figures["traffic.sites"], units=1,
             findings=((MEASURE, figures["traffic.suggestions"]), (ISSUE, figures["traffic.inquiry_issues"]))),
        Plan("COMMUNITY_CARE", "社区养老服务工作调研监督", "社会建设工作委员会", date(2023, 7, 3), date(2023, 9, 15),
             "34", 28, 35, units=7, findings=((PROBLEM, 2), (SUGGESTION, 4))),
        *(Plan("OTHER", f"{topic}专题调研", "研究室", date(2023, 2 + n, 6), date(2023, 3 + n, 17), "3", 8, 10)
          for n, topic in enumerate(
              ("接处警工作", "院前急救工作", "政务服务热线", "信访工作", "疫情防控数据安全", "快递业发展", "公共场所外语标识"))),
    ]  # fmt: skip


def _is_ours(figure_id: str) -> bool:
    return figure_id.split(".")[0] in ("survey", "traffic")


def _plans_2022() -> list[Plan]:
    return [
        Plan("BUDGET_REVIEW", "2022年预算草案会前介入预先审查", "预算工作委员会", date(2021, 12, 27), date(2022, 1, 14),
             "3", 216, 229, findings=((SUGGESTION, 6),)),
        Plan("PRIVATE_ENTERPRISE", "中小微企业纾困解难专题调研", "经济工作委员会", date(2022, 4, 11), date(2022, 7, 29),
             "345", 655, 1_204, enterprises=763, units=1, findings=((PROBLEM, 5), (SUGGESTION, 11))),
        Plan("URBAN_RENEWAL", "城市更新年度计划项目进度调研监督", "城乡建设环境与资源保护工作委员会", date(2022, 5, 9),
             date(2022, 9, 30), "34", 42, 57, projects=118, findings=((PROBLEM, 3),)),
        Plan("TRAFFIC", "交通拥堵治理调研", "监察和司法工作委员会", date(2022, 6, 6), date(2022, 8, 26),
             "34", 164, 190, sites=58, units=1, findings=((MEASURE, 141), (ISSUE, 6))),
        *(Plan("OTHER", f"{topic}专题调研", "研究室", date(2022, 3 + n, 7), date(2022, 4 + n, 15), "3", 7, 9)
          for n, topic in enumerate(("湿地保护", "数字经济", "幼儿园建设", "停车场建设"))),
    ]  # fmt: skip


def survey_no(year: int, number: int) -> str:
    """The number of a survey of a year."""
    return f"DY{year}-{number:02d}"


def survey_rows(year: int) -> list[Row]:
    """The surveys of a year."""
    return [
        {
            "survey_no": survey_no(year, n),
            "survey_name": plan.name,
            "survey_kind": plan.kind,
            "responsible_unit": plan.unit,
            "started_on": plan.first_day,
            "finished_on": plan.last_day,
        }
        for n, plan in enumerate(plans(year), start=1)
    ]


def _weekdays(plan: Plan) -> list[date]:
    days = (plan.first_day + timedelta(days=n) for n in range((plan.last_day - plan.first_day).days + 1))
    return [day for day in days if day.weekday() < 5]


def participation_rows(year: int, register: Register, rng: random.Random) -> list[Row]:
    """Each deputy of a survey at least once, some on several days; all in office through the survey."""
    rows: list[Row] = []
    for number, plan in enumerate(plans(year), start=1):
        days = _weekdays(plan)
        able = sorted({p for level in plan.levels for p in register.holders(level, days[0], days[-1])})
        persons = rng.sample(able, plan.deputies)
        taken = {(pick(rng, days), person) for person in persons}
        while len(taken) < plan.person_times:
            taken.add((pick(rng, days), pick(rng, persons)))
        rows += [
            {
                "survey_no": survey_no(year, number),
                "deputy_no": deputy_no(person),
                "took_part_on": day,
                "group_name": f"第{1 + person % 11}组" if plan.person_times > 100 else None,
            }
            for day, person in sorted(taken)
        ]
    return rows


def visit_rows(year: int, rng: random.Random) -> list[Row]:
    """Every enterprise, project and site once, and some again; in 2022 one credit code is miswritten and one missing."""
    rows: list[dict[str, Value]] = []
    for number, plan in enumerate(plans(year), start=1):
        days = _weekdays(plan)
        visited = _enterprises(year, plan, rng) + _projects(year, plan, rng) + _sites(year, plan, rng)
        visited += [_place(UNIT, f"{plan.name[:4]}走访单位{n + 1}", pick(rng, districts())) for n in range(plan.units)]
        dated = sorted((pick(rng, days), n) for n in range(len(visited)))
        rows += [{**visited[n], "survey_no": survey_no(year, number), "visited_on": day} for day, n in dated]
    names = (
        "visit_no", "survey_no", "visited_on", "object_kind", "object_name", "object_no", "credit_code", "district_code",
        "planned_investment_yuan",
    )  # fmt: skip
    numbered = [row | {"visit_no": f"ZF{year}-{n:04d}"} for n, row in enumerate(rows, start=1)]
    return [{name: row[name] for name in names} for row in numbered]


Place = dict[str, Value]


def _place(
    kind: str, name: str, district: str, number: str | None = None, code: str | None = None, fen: int | None = None
) -> Place:
    return {
        "object_kind": kind,
        "object_name": name,
        "object_no": number,
        "credit_code": code,
        "district_code": district,
        "planned_investment_yuan": None if fen is None else Decimal(fen).scaleb(-2),
    }


def _enterprises(year: int, plan: Plan, rng: random.Random) -> list[Place]:
    if not plan.enterprises:
        return []
    places = []
    for serial in rng.sample(range(1, 6_000), plan.enterprises):
        district = pick(rng, districts())
        name = f"模拟民营企业{serial:04d}有限公司"
        places.append(_place(ENTERPRISE, name, district, code=credit_code(serial, district)))
    if year == 2022:
        code = str(places[0]["credit_code"])
        places[0] = places[0] | {"credit_code": miswritten(code, rng)}
        places[1] = places[1] | {"credit_code": None}
    return places + [dict(place) for place in places[2 : 2 + ENTERPRISES_SEEN_TWICE]]


def _projects(year: int, plan: Plan, rng: random.Random) -> list[Place]:
    if not plan.projects:
        return []
    bound = LARGE_PROJECT_YUAN * 100
    amounts = [bound + 1, *(bound + 1_000_000 * rng.randrange(100, 900_000) for _ in range(plan.projects - 1))]
    amounts += [bound] * AT_THE_BOUND + [1_000_000 * rng.randrange(3_000, 19_900) for _ in range(BELOW_THE_BOUND)]
    places = []
    for serial, fen in enumerate(amounts, start=1):
        district, street = pick(rng, streets())
        name = f"{DISTRICT_NAMES[district]}{street}更新改造项目{serial}"
        places.append(_place(PROJECT, name, district, f"CSGX{year}-{serial:03d}", fen=fen))
    return places + [dict(place) for place in places[:PROJECTS_SEEN_TWICE]]


def _sites(year: int, plan: Plan, rng: random.Random) -> list[Place]:
    places = []
    for serial in range(1, plan.sites + 1):
        district, street = pick(rng, streets())
        places.append(_place(SITE, f"{street}{pick(rng, ROAD_PLACES)}", district, f"DD{year}-{serial:03d}"))
    return places + [dict(place) for place in places[:SITES_SEEN_TWICE]]


def finding_rows(year: int, rng: random.Random) -> list[Row]:
    """What the surveys found, put forward when each was over."""
    rows: list[Row] = []
    for number, plan in enumerate(plans(year), start=1):
        for kind, count in plan.findings:
            for text in _texts(plan, kind, count, rng):
                rows.append(
                    {
                        "finding_no": f"CG{year}-{len(rows) + 1:04d}",
                        "survey_no": survey_no(year, number),
                        "finding_kind": kind,
                        "raised_on": plan.last_day + timedelta(days=1 + rng.randrange(20)),
                        "finding_text": text,
                    }
                )
    return rows


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


def first_version(rows: list[Row]) -> list[Row]:
    """A sheet as first handed in: its last ten rows not there yet."""
    return rows[:-10]
