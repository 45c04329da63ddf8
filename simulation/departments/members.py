"""Who the departments are: their codes, names, place in the hierarchy, size and character. Knows no ledger."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from simulation.other_years.spending import Character, characters
from simulation.world.chance import pick, stream

Level = Literal["bureau", "competent", "unit"]
BUREAU = "200"
"""The finance bureau as the root of the hierarchy: it hands in nothing in this drop."""
FIRST_GROUP = 201
KINDS = (
    # name of the competent department, its English name, its section of the functional classification, kinds of units
    ("教育局", "Education Bureau", "20501", ("教育考试中心", "实验学校", "教师发展中心")),
    ("卫生健康局", "Health Bureau", "21001", ("疾病预防控制中心", "妇幼保健院", "急救中心")),
    ("交通运输局", "Transport Bureau", "21401", ("公路事务中心", "港航事务中心")),
    ("水务局", "Water Bureau", "21303", ("防汛技术中心", "河涌管理中心")),
    ("文化广电旅游局", "Culture Bureau", "20701", ("图书馆", "博物馆", "文化馆")),
    ("民政局", "Civil Affairs Bureau", "20802", ("社会福利院", "救助管理站")),
    ("司法局", "Justice Bureau", "20406", ("法律援助中心",)),
    ("农业农村局", "Agriculture Bureau", "21301", ("农业技术推广中心", "动物疫病预防中心")),
    ("生态环境局", "Environment Bureau", "21101", ("环境监测站", "环境技术中心")),
    ("市场监督管理局", "Market Regulation Bureau", "20138", ("质量检测院", "计量院")),
    ("应急管理局", "Emergency Bureau", "22401", ("应急保障中心",)),
    ("统计局", "Statistics Bureau", "20105", ("普查中心",)),
)
SIZES = {"small": 1, "medium": 2, "large": 4}
"""How many times the payments and projects of a small department; most departments are small."""
SIZE_WEIGHTS = (6, 3, 1)
GROUP_SIZES = (3, 1, 2, 4, 1, 2)
"""Members of the groups in turn: a competent department and its units."""


@dataclass(frozen=True)
class Member:
    """A department of the register.

    ``serial`` counts those that hand in, from 1, and stands in every number that they give. ``discipline`` (0 to 1) says how
    often deadlines are kept and targets reached. ``reports_units``: its money ledgers hold those of its units as well.
    """

    code: str
    serial: int
    name: str
    official_name: str
    name_en: str
    level: Level
    parent: str | None
    section: str
    size: str
    character: Character
    discipline: float
    reports_units: bool = False

    @property
    def agency(self) -> str:
        """The department as ledgers of money name it."""
        return f"{self.code}-{self.official_name}"

    @property
    def factor(self) -> int:
        """How many times the events of a small department."""
        return SIZES[self.size]


def register_of(count: int, seed: int) -> list[Member]:
    """The members that hand in, so many; the first group has units, and of groups with units every other is reported as a whole.

    Raises:
        ValueError: for fewer than one, or more than the three digits of a group's code allow.
    """
    if not 1 <= count <= 999:
        raise ValueError(f"1 to 999 departments can be written, not {count}")
    members: list[Member] = []
    group = with_units = 0
    while len(members) < count:
        size = min(GROUP_SIZES[group % len(GROUP_SIZES)], count - len(members))
        with_units += size > 1
        rng = stream(seed, "department", group)
        members += _group(group, size, len(members) + 1, rng, reports_units=size > 1 and with_units % 2 == 1)
        group += 1
    return members


def _group(number: int, size: int, first: int, rng: random.Random, *, reports_units: bool) -> list[Member]:
    name, name_en, section, units = KINDS[number % len(KINDS)]
    turn = number // len(KINDS)
    place = f"模拟{'市' if not turn else f'{turn}区'}"
    code = str(FIRST_GROUP + number)
    drawn = [_traits(first + n, rng) for n in range(size)]
    short = f"{place}{name}"
    competent = Member(
        code, first, short, f"{place}人民政府{name}", f"{name_en} (simulated)", "competent", BUREAU, section,
        *drawn[0], reports_units,
    )  # fmt: skip
    members = [competent]
    for n in range(1, size):
        again = (n - 1) // len(units)
        unit = f"{place}{units[(n - 1) % len(units)]}{again + 1 if again else ''}"
        members.append(
            Member(
                f"{code}{n:03d}", first + n, unit, f"{short}所属{unit.removeprefix(place)}", f"Unit {n} of the {name_en} (simulated)",
                "unit", code, section, *drawn[n],
            )
        )  # fmt: skip
    return members


def _traits(serial: int, rng: random.Random) -> tuple[str, Character, float]:
    size = rng.choices(list(SIZES), SIZE_WEIGHTS)[0]
    return size, characters()[serial % len(characters())], round(rng.betavariate(2.5, 1.5), 3)


def units_of(member: Member, members: Sequence[Member]) -> list[Member]:
    """The units below a member."""
    return [each for each in members if each.parent == member.code]


def lucky(member: Member, rng: random.Random) -> bool:
    """Whether a deadline is kept or a target reached, by the member's discipline."""
    return rng.random() < 0.55 + 0.45 * member.discipline


def one_of(rng: random.Random, texts: Sequence[str]) -> str:
    """One of some texts."""
    return pick(rng, texts)
