"""Local contact points that collect opinions on bills."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_LEFT, FULL_RIGHT
from simulation.world.calendar import beijing, known_in
from simulation.world.places import DISTRICT_NAMES, streets
from simulation.world.targets import published
from simulation.world.values import Row
from simulation.world.world import World

POINTS_BEFORE, POINTS_2022 = 25, 9
CLOSED_POINTS = {7: date(2022, 11, 3), 12: date(2023, 8, 18)}


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The contact points in January, as known at the end of the year."""
    habits = Habits(
        title=f"基层立法联系点{FULL_LEFT}{year}年末{FULL_RIGHT}", code_style="name", date_forms=("chinese", "cell"),
        nil_text="/", nil_columns=("closed_on",),
    )  # fmt: skip
    path = f"legislative_contact_points/{year}/{year}年基层立法联系点.xlsx"
    points = make_contact_points(world.stream("legislative_contact_points"))
    sheet = Sheet("legislative_contact_points", rows(points, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 10, 10, 10), [sheet])


@dataclass(frozen=True)
class ContactPoint:
    """A local legislative contact point."""

    number: str
    name: str
    district: str
    established_on: date
    closed_on: date | None


def make_contact_points(rng: random.Random) -> list[ContactPoint]:
    """All contact points up to the end of 2023; as many of 2023 as published, one of them closed each year."""
    counts = [
        (date(2019, 3, 1), 900, POINTS_BEFORE),
        (date(2022, 2, 1), 300, POINTS_2022),
        (date(2023, 2, 6), 300, published()["legislation.new_contact_points"].count),
    ]
    points: list[ContactPoint] = []
    for first, span, count in counts:
        for established in sorted(first + timedelta(days=rng.randrange(span)) for _ in range(count)):
            n = len(points)
            district, street = streets()[(n * 17 + 5) % len(streets())]
            name = f"{DISTRICT_NAMES[district]}{street}基层立法联系点"
            points.append(ContactPoint(f"LX{n + 1:03d}", name, district, established, CLOSED_POINTS.get(n)))
    return points


def rows(points: Sequence[ContactPoint], year: int) -> list[Row]:
    """The contact points known at the end of a year."""
    return [
        {
            "point_no": p.number,
            "point_name": p.name,
            "district_code": p.district,
            "established_on": p.established_on,
            "closed_on": known_in(p.closed_on, year),
        }
        for p in points
        if p.established_on.year <= year
    ]
