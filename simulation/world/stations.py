"""Liaison stations and the deputies assigned to them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from simulation.world.chance import pick
from simulation.world.deputies import Register
from simulation.world.places import districts, streets
from simulation.world.targets import published

STATIONS = 610
CLOSED = 4
ESTABLISHED_2023 = 34
CODED_BY_2022 = 210
IN_TWO_STATIONS = 25
ENDED_ASSIGNMENTS = 20
ASSIGNMENTS = 7_290
SECOND_STATION_FROM = date(2023, 10, 20)
MOVED_FROM = date(2021, 12, 1)


@dataclass(frozen=True)
class Station:
    """One liaison station, as known at the end of 2023."""

    code: str
    name: str
    district: str
    street: str
    established_on: date
    coded_on: date | None
    closed_on: date | None

    def is_open_through(self, first_day: date, last_day: date) -> bool:
        """Whether people can go there all the time between two days."""
        return self.established_on <= first_day and (self.closed_on is None or self.closed_on > last_day)


@dataclass(frozen=True)
class Assignment:
    """A deputy at a station for a time."""

    station: Station
    person: int
    since: date
    until: date | None = None


def make_stations(rng: random.Random) -> list[Station]:
    """610 stations: as many coded and in force at the end of 2023 as published, four closed, the rest not yet coded."""
    coded = published()["stations.coded"].count
    closed = set(rng.sample(range(STATIONS - ESTABLISHED_2023), CLOSED))
    uncoded = set(rng.sample([n for n in range(STATIONS) if n not in closed], STATIONS - CLOSED - coded))
    per_street: Counter[str] = Counter()
    stations: list[Station] = []
    for n in range(STATIONS):
        district, street = streets()[n % len(streets())]
        per_street[street + district] += 1
        is_new = n >= STATIONS - ESTABLISHED_2023
        established = date(2023, 2, 1) if is_new else date(2016, 1, 4)
        established += timedelta(days=rng.randrange(120 if is_new else 2_100))
        coded_on = date(2022, 3, 1) if n < CODED_BY_2022 else date(2023, 6, 5)
        coded_on += timedelta(days=rng.randrange(270 if n < CODED_BY_2022 else 180))
        stations.append(
            Station(
                code=f"{district}-{n + 1:03d}",
                name=f"{street}第{per_street[street + district]}代表联络站",
                district=district,
                street=street,
                established_on=established,
                coded_on=None if n in uncoded else coded_on,
                closed_on=date(2023, 9, 1) + timedelta(days=rng.randrange(100)) if n in closed else None,
            )
        )
    return stations


def make_assignments(stations: list[Station], register: Register, rng: random.Random) -> list[Assignment]:
    """Most deputies at one station of their district, a few at two; some assignments ended in 2023."""
    last_day = date(2023, 12, 31)
    lasting = [s for s in stations if s.is_open_through(s.established_on, last_day)]
    by_district = {district: [s for s in lasting if s.district == district] for district in districts()}
    in_office = [m for m in register.first_mandates().values() if m.until is None]
    members = rng.sample(in_office, ASSIGNMENTS - IN_TWO_STATIONS - ENDED_ASSIGNMENTS)
    members.sort(key=lambda m: m.person)
    assignments: list[Assignment] = []
    for m in members:
        station = pick(rng, by_district[m.district])
        start = date(2022, 2, 7) if m.since.year < 2023 and station.established_on.year < 2023 else date(2023, 10, 16)
        assignments.append(Assignment(station, m.person, max(start, m.since) + timedelta(days=rng.randrange(60))))
    further: list[Assignment] = []
    for first in rng.sample(assignments, IN_TWO_STATIONS):
        others = [s for s in by_district[first.station.district] if s != first.station]
        further.append(Assignment(pick(rng, others), first.person, max(first.since, SECOND_STATION_FROM)))
    in_office_early = {m.person for m in members if m.since < MOVED_FROM}
    for later in rng.sample([a for a in assignments if a.person in in_office_early], ENDED_ASSIGNMENTS):
        before = [
            s for s in by_district[later.station.district] if s.established_on < MOVED_FROM and s != later.station
        ]
        until = date(2023, 1, 31) + timedelta(days=rng.randrange(200))
        further.append(Assignment(pick(rng, before), later.person, MOVED_FROM, until))
    return [*assignments, *further]
