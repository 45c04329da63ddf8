"""Meetings of the congress, its Standing Committee and the chairpersons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from simulation.world.calendar import SESSION_DAYS, on_a_weekday

CONGRESS, COMMITTEE, CHAIRPERSONS = "代表大会", "常委会", "主任会议"
COMMITTEE_DAYS = {
    2022: ((2, 24), (4, 27), (6, 22), (8, 24), (9, 28), (10, 26), (12, 27)),
    2023: ((1, 11), (2, 22), (4, 26), (5, 30), (6, 28), (8, 30), (9, 26), (10, 25), (12, 26)),
}
COMMITTEE_LENGTH = 3
FIRST_COMMITTEE_NO = {2022: 1, 2023: 8}
SESSION_NAMES = {2022: "一", 2023: "二"}
CHAIRPERSONS_MEETINGS = {2022: (20, 18), 2023: (30, 12)}
FIRST_CHAIRPERSONS_DAY = (1, 5)


@dataclass(frozen=True)
class Meeting:
    """One meeting, from its first to its last day."""

    number: str
    name: str
    body: str
    opened_on: date
    closed_on: date


def committee_day(year: int, n: int) -> date:
    """The first day of the n-th meeting of the Standing Committee in a year, from 0."""
    return date(year, *COMMITTEE_DAYS[year][n])


def committee_no(year: int, n: int) -> str:
    """The number of that meeting."""
    return f"CWH{year}-{n + 1:02d}"


def congress_no(year: int) -> str:
    """The number of the year's session of the congress."""
    return f"DH{year}-01"


def make_meetings(year: int) -> list[Meeting]:
    """The meetings of a year by first day."""
    month, day, length = SESSION_DAYS["3"]
    opening = date(year, month, day)
    made = [
        Meeting(
            congress_no(year),
            f"市第十六届人民代表大会第{SESSION_NAMES[year]}次会议",
            CONGRESS,
            opening,
            opening + timedelta(days=length - 1),
        )
    ]
    for n in range(len(COMMITTEE_DAYS[year])):
        opened_on = committee_day(year, n)
        name = f"市十六届人大常委会第{FIRST_COMMITTEE_NO[year] + n}次会议"
        closed_on = opened_on + timedelta(days=COMMITTEE_LENGTH - 1)
        made.append(Meeting(committee_no(year, n), name, COMMITTEE, opened_on, closed_on))
    count, every = CHAIRPERSONS_MEETINGS[year]
    for n in range(count):
        held_on = on_a_weekday(date(year, *FIRST_CHAIRPERSONS_DAY) + timedelta(days=every * n))
        made.append(Meeting(f"ZR{year}-{n + 1:02d}", f"{year}年第{n + 1}次主任会议", CHAIRPERSONS, held_on, held_on))
    return sorted(made, key=lambda m: (m.opened_on, m.number))


def chairpersons_before(meetings: list[Meeting], day: date) -> Meeting:
    """The last chairpersons' meeting before a day."""
    return [m for m in meetings if m.body == CHAIRPERSONS and m.opened_on < day][-1]
