"""Deputies who took part in the yearly campaign, each at a station of the district; some came twice."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

from simulation.allocate import pick
from simulation.deputies import Register, deputy_no
from simulation.handed_in import Row
from simulation.stations import Station
from simulation.suggestions import CAMPAIGN_DAYS
from simulation.targets import CAMPAIGN, published

DEPUTIES_2022 = 5_954
CAME_TWICE = 130
WITHOUT_STATION_SHARE = 0.04


def participations(year: int, register: Register, stations: list[Station], rng: random.Random) -> list[Row]:
    """As many distinct deputies as published, each in office through the campaign, sorted by day."""
    first_day = date(year, *CAMPAIGN_DAYS[0])
    days = [first_day + timedelta(days=n) for n in range(CAMPAIGN_DAYS[1])]
    count = published()["campaign.deputies"].count if year == 2023 else DEPUTIES_2022
    district_of = {m.person: m.district for m in register.mandates if m.holds_on(days[0]) and m.holds_on(days[-1])}
    persons = rng.sample(sorted(district_of), count)
    open_stations = defaultdict(list)
    for station in stations:
        if station.is_open_through(days[0], days[-1]):
            open_stations[station.district].append(station.code)
    visits = [(pick(rng, days), person) for person in persons]
    visits += [(pick(rng, [day for day in days if day != first]), person) for first, person in visits[:CAME_TWICE]]
    return [
        {
            "campaign": CAMPAIGN,
            "deputy_no": deputy_no(person),
            "took_part_on": day,
            "station_code": None
            if rng.random() < WITHOUT_STATION_SHARE
            else pick(rng, open_stations[district_of[person]]),
        }
        for day, person in sorted(visits)
    ]


def first_version(rows: list[Row]) -> list[Row]:
    """The rows of a quarter as first handed in: some deputies missing, and one under the number of another."""
    changed = dict(rows[0]) | {"deputy_no": rows[-1]["deputy_no"]}
    return [changed, *rows[1:-40]]
