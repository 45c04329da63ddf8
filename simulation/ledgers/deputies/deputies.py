"""The register of deputies: the first sheet of a workbook whose second sheet are their mandates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import FULL_LEFT, FULL_RIGHT
from simulation.world.calendar import beijing
from simulation.world.deputies import deputy_no
from simulation.world.values import Row
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The persons known at the end of a year."""
    yield in_the_workbook(year, "deputies", rows(world, year))


def in_the_workbook(year: int, ledger: str, rows: Sequence[Row]) -> HandedFile:
    """A sheet of the workbook that is handed in in January."""
    habits = Habits(title=f"代表名册{FULL_LEFT}{year}年末{FULL_RIGHT}", code_style="name", date_forms=("cell",))
    path = f"deputies/{year}/代表名册{year}.xlsx"
    return HandedFile(path, str(year), beijing(year + 1, 1, 5, 9, 10), [Sheet(ledger, rows, habits)])


def rows(world: World, year: int) -> list[Row]:
    """A row for each person; telephone numbers are from a range never assigned."""
    known = {m.person for m in world.deputies.known_in(year)}
    return [
        {
            "deputy_no": deputy_no(person),
            "deputy_name": f"代表{person:04d}",
            "phone": f"100{person:08d}",
            "district_code": first.district,
        }
        for person, first in world.deputies.first_mandates().items()
        if person in known
    ]
