"""Enterprises, projects, sites and units visited in surveys: a sheet of the workbook of the surveys."""

from __future__ import annotations

import random
from collections.abc import Iterator

from simulation.ledgers.duties.surveys import in_the_workbook, without_last_rows
from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import DASH
from simulation.world.chance import pick
from simulation.world.credit_codes import credit_code, miswritten
from simulation.world.places import DISTRICT_NAMES, districts, streets
from simulation.world.surveys import ROAD_PLACES, Plan, plans, survey_no, weekdays
from simulation.world.values import Draft, Row, Value, yuan
from simulation.world.world import World

ENTERPRISE, PROJECT, SITE, UNIT = "企业", "城市更新项目", "交通堵点", "单位"
LARGE_PROJECT_YUAN = 200_000_000
AT_THE_BOUND, BELOW_THE_BOUND, PROJECTS_SEEN_TWICE = 2, 8, 6
ENTERPRISES_SEEN_TWICE, SITES_SEEN_TWICE = 10, 8
Place = dict[str, Value]


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The visits of a year."""
    habits = Habits(
        title=f"{year}年专项调研走访对象",
        unit="万元",
        has_unit_row=True,
        header_choice=2023 - year,
        code_style="name",
        date_forms=("cell", "dot"),
        nil_text=DASH,
        nil_columns=("planned_investment_yuan", "object_no"),
        has_total_row=True,
        blank_row_every=500,
        thousands_every=7,
        fullwidth_every=61,
    )
    visits = rows(world, year)
    yield from in_the_workbook(year, Sheet("survey_visits", visits, habits), without_last_rows(visits))


def rows(world: World, year: int) -> list[Row]:
    """Every enterprise, project and site once, and some again; in 2022 one credit code is miswritten and one missing."""
    rng = world.stream("survey_visits", year)
    visits: list[Draft] = []
    for number, plan in enumerate(plans(year), start=1):
        days = weekdays(plan)
        visited = _enterprises(year, plan, rng) + _projects(year, plan, rng) + _sites(year, plan, rng)
        visited += [_place(UNIT, f"{plan.name[:4]}走访单位{n + 1}", pick(rng, districts())) for n in range(plan.units)]
        dated = sorted((pick(rng, days), n) for n in range(len(visited)))
        visits += [{**visited[n], "survey_no": survey_no(year, number), "visited_on": day} for day, n in dated]
    names = (
        "visit_no", "survey_no", "visited_on", "object_kind", "object_name", "object_no", "credit_code", "district_code",
        "planned_investment_yuan",
    )  # fmt: skip
    numbered = [row | {"visit_no": f"ZF{year}-{n:04d}"} for n, row in enumerate(visits, start=1)]
    return [{name: row[name] for name in names} for row in numbered]


def _place(
    kind: str, name: str, district: str, number: str | None = None, code: str | None = None, fen: int | None = None
) -> Place:
    return {
        "object_kind": kind,
        "object_name": name,
        "object_no": number,
        "credit_code": code,
        "district_code": district,
        "planned_investment_yuan": None if fen is None else yuan(fen),
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
