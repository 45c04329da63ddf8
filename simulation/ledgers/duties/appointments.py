"""Appointments to and removals from office, by meeting."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing
from simulation.world.chance import split
from simulation.world.meetings import COMMITTEE
from simulation.world.targets import published
from simulation.world.values import Row
from simulation.world.world import World

PERSON_TIMES = {2022: 74, 2023: published()["appointments.person_times"].count}
OFFICES = (
    ("市人民政府", ("局长", "主任", "秘书长")),
    ("市中级人民法院", ("审判员", "庭长", "副庭长", "审判委员会委员")),
    ("市人民检察院", ("检察员", "检察委员会委员")),
    ("市人大常委会", ("工作委员会副主任", "副秘书长")),
)
MOVED_PEOPLE = 9
REMOVED_SHARE = 0.3


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The register of a year in January."""
    habits = Habits(title=f"{year}年人事任免台账", date_forms=("chinese",), header_choice=2023 - year)
    path = f"appointments/{year}/{year}年任免台账.xlsx"
    sheet = Sheet("appointments", rows(world, year), habits)
    yield HandedFile(path, str(year), beijing(year + 1, 1, 11, 10, 11), [sheet])


def rows(world: World, year: int) -> list[Row]:
    """Person-times by meeting; some people are removed from one office and appointed to another on the same day."""
    rng = world.stream("appointments", year)
    committee = [m for m in world.meetings(year) if m.body == COMMITTEE]
    times: list[Row] = []
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
                times.append(
                    {
                        "appointment_no": f"RM{year}-{len(times) + 1:03d}",
                        "person_no": f"GB{year}{person:04d}",
                        "organ": organ,
                        "office_title": titles[(person + made) % len(titles)],
                        "kind": kind,
                        "decided_on": meeting.closed_on,
                        "meeting_no": meeting.number,
                    }
                )
    return times
