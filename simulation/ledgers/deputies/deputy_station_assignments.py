"""Which deputy is assigned to which station: the second sheet of the workbook of the stations."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.ledgers.deputies.liaison_stations import in_the_workbook
from simulation.paper.handed_in import HandedFile
from simulation.world.calendar import known_in
from simulation.world.deputies import deputy_no
from simulation.world.values import Row
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The assignments known at the end of a year."""
    yield in_the_workbook(year, "deputy_station_assignments", rows(world, year))


def rows(world: World, year: int) -> list[Row]:
    """A row for each assignment, with its end as far as known."""
    return [
        {
            "station_code": a.station.code,
            "deputy_no": deputy_no(a.person),
            "assigned_from": a.since,
            "assigned_to": known_in(a.until, year),
        }
        for a in world.assignments
        if a.since.year <= year
    ]
