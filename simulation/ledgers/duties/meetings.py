"""The register of meetings."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing
from simulation.world.values import Row
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The meetings of a year in January."""
    habits = Habits(title=f"{year}年会议台账", date_forms=("cell", "chinese"))
    path = f"meetings/{year}/{year}年会议台账.xlsx"
    yield HandedFile(path, str(year), beijing(year + 1, 1, 8, 10, 8), [Sheet("meetings", rows(world, year), habits)])


def rows(world: World, year: int) -> list[Row]:
    """The register of a year."""
    return [
        {
            "meeting_no": m.number,
            "meeting_name": m.name,
            "body": m.body,
            "opened_on": m.opened_on,
            "closed_on": m.closed_on,
        }
        for m in world.meetings(year)
    ]
