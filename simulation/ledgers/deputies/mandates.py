"""The mandates of deputies: the second sheet of the workbook of the deputies."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.ledgers.deputies.deputies import in_the_workbook
from simulation.paper.handed_in import HandedFile
from simulation.world.calendar import known_in
from simulation.world.deputies import deputy_no
from simulation.world.values import Row
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The mandates known at the end of a year."""
    yield in_the_workbook(year, "mandates", rows(world, year))


def rows(world: World, year: int) -> list[Row]:
    """The mandates known at the end of a year; ends that lie later are blank."""
    return [
        {
            "mandate_no": f"RZ{m.person:05d}-{m.level}-{m.since:%Y%m}",
            "deputy_no": deputy_no(m.person),
            "congress_level": m.level,
            "delegation": m.delegation,
            "district_code": m.district if m.level in ("3", "4", "5") else None,
            "mandate_from": m.since,
            "mandate_to": known_in(m.until, year),
            "end_reason": m.end_reason if known_in(m.until, year) else None,
        }
        for m in world.deputies.known_in(year)
    ]
