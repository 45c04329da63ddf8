"""The register of liaison stations: the first sheet of a workbook whose second sheet are the deputies assigned to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.calendar import beijing, known_in
from simulation.world.values import Row
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The stations known at the end of a year."""
    yield in_the_workbook(year, "liaison_stations", rows(world, year))


def in_the_workbook(year: int, ledger: str, rows: Sequence[Row]) -> HandedFile:
    """A sheet of the workbook that is handed in in January."""
    habits = Habits(date_forms=("cell", "cell", "slash"), nil_text="/", nil_columns=("closed_on",))
    path = f"liaison_stations/{year}/代表联络站台账{year}.xlsx"
    return HandedFile(path, str(year), beijing(year + 1, 1, 5, 9, 25), [Sheet(ledger, rows, habits)])


def rows(world: World, year: int) -> list[Row]:
    """A row for each station; it is coded and closed as far as known."""
    return [
        {
            "station_code": s.code,
            "station_name": s.name,
            "district_code": s.district,
            "street_name": s.street,
            "established_on": s.established_on,
            "coded_on": known_in(s.coded_on, year),
            "closed_on": known_in(s.closed_on, year),
        }
        for s in world.stations
        if s.established_on.year <= year
    ]
