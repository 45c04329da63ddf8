"""Deputies and their mandates. People are numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from simulation.world.chance import pick
from simulation.world.places import DISTRICT_NAMES, districts, towns

PERSONS = 7_290
MANDATES = 7_700
PRIMARY_COUNTS = {"1": 50, "2": 120, "3": 520, "4": 3_980}
PREVIOUS_TERMS = 100
ENDED_IN_2023 = 30
BY_ELECTED = 90
TERM_FROM = {
    "1": date(2023, 3, 5),
    "2": date(2023, 1, 13),
    "3": date(2021, 12, 20),
    "4": date(2021, 11, 6),
    "5": date(2021, 10, 16),
}
PREVIOUS_TERM = {"1": (date(2018, 3, 5), date(2023, 3, 4)), "2": (date(2018, 1, 25), date(2023, 1, 12))}
SECOND_LEVEL = {"1": "2", "2": "3", "3": "4", "4": "5", "5": "4"}
END_REASONS = ("辞职", "调离本行政区域", "任期内工作变动")


@dataclass(frozen=True)
class Mandate:
    """One person's mandate in one congress, as known at the end of 2023."""

    person: int
    level: str
    delegation: str
    district: str
    since: date
    until: date | None = None
    end_reason: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the mandate is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def deputy_no(person: int) -> str:
    """The number of a person."""
    return f"DB{person:05d}"


def _place(level: str, rng: random.Random) -> tuple[str, str]:
    """District and delegation of a mandate; towns only where there are towns."""
    if level == "5":
        district, town = pick(rng, towns())
        return district, f"{town}代表团"
    district = pick(rng, districts())
    if level == "4":
        return district, f"{DISTRICT_NAMES[district]}第{rng.randrange(1, 21)}代表团"
    return district, f"{DISTRICT_NAMES[district]}代表团" if level == "3" else "广州市代表团"


def _mandate(person: int, level: str, rng: random.Random, since: date | None = None) -> Mandate:
    district, delegation = _place(level, rng)
    return Mandate(person, level, delegation, district, since or TERM_FROM[level])


def make_register(rng: random.Random) -> Register:
    """7,290 persons with 7,700 mandates; some mandates begin or end in 2023."""
    levels = [level for level, count in PRIMARY_COUNTS.items() for _ in range(count)]
    levels += ["5"] * (PERSONS - len(levels))
    rng.shuffle(levels)
    primary = [_mandate(person, level, rng) for person, level in enumerate(levels, start=1)]
    local = [n for n, mandate in enumerate(primary) if mandate.level in ("4", "5")]
    changed = rng.sample(local, BY_ELECTED + ENDED_IN_2023)
    for n in changed[:BY_ELECTED]:
        primary[n] = _mandate(n + 1, levels[n], rng, since=date(2023, 2, 1) + timedelta(days=rng.randrange(250)))
    for n in changed[BY_ELECTED:]:
        m, until = primary[n], date(2023, 2, 1) + timedelta(days=rng.randrange(300))
        primary[n] = Mandate(m.person, m.level, m.delegation, m.district, m.since, until, pick(rng, END_REASONS))

    further: list[Mandate] = []
    upper = [m for m in primary if m.level in PREVIOUS_TERM]
    for m in rng.sample(upper, PREVIOUS_TERMS):
        since, until = PREVIOUS_TERM[m.level]
        further.append(Mandate(m.person, m.level, m.delegation, m.district, since, until, "任期届满"))
    second = rng.sample([m for m in primary if m.until is None], MANDATES - PERSONS - PREVIOUS_TERMS)
    for m in second:
        level = SECOND_LEVEL[m.level]
        further.append(_mandate(m.person, level, rng, since=max(m.since, TERM_FROM[level])))
    return Register([*primary, *further])


@dataclass(frozen=True)
class Register:
    """All mandates up to the end of 2023; a person's first mandate here decides the district of the person."""

    mandates: list[Mandate]

    def known_in(self, year: int) -> Iterator[Mandate]:
        """The mandates known at the end of a year."""
        return (m for m in self.mandates if m.since.year <= year)

    def first_mandates(self) -> dict[int, Mandate]:
        """The first listed mandate of each person."""
        first: dict[int, Mandate] = {}
        for mandate in self.mandates:
            first.setdefault(mandate.person, mandate)
        return first

    def holders(self, level: str, first_day: date, last_day: date) -> list[int]:
        """Persons whose mandate of a level is in force through all of a time."""
        return sorted(
            {m.person for m in self.mandates if m.level == level and m.holds_on(first_day) and m.holds_on(last_day)}
        )
