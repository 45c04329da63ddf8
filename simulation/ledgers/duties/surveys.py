"""Surveys of a year: the first sheet of a workbook with three more, on who took part, what was visited, what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.paper.signs import CORRECTED
from simulation.world.calendar import beijing
from simulation.world.surveys import plans, survey_no
from simulation.world.values import Row
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The surveys of a year, the same in both versions of 2023."""
    habits = Habits(
        title=f"{year}年专项调研台账", code_style="pair", date_forms=("chinese",), header_choice=2023 - year
    )
    surveys = rows(year)
    yield from in_the_workbook(year, Sheet("surveys", surveys, habits), surveys)


def in_the_workbook(year: int, sheet: Sheet, first: Sequence[Row]) -> Iterator[HandedFile]:
    """A sheet of the workbook of January; that of 2023 was handed in again, after a version with the ``first`` rows."""
    path = f"surveys/{year}/{year}年专项调研台账"
    if year == 2023:
        yield HandedFile(f"{path}.xlsx", str(year), beijing(year + 1, 1, 9, 9, 30), [replace(sheet, rows=first)])
        path += f"-{CORRECTED}"
    yield HandedFile(f"{path}.xlsx", str(year), beijing(year + 1, 1, 18, 11, 12), [sheet])


def without_last_rows(rows: Sequence[Row]) -> Sequence[Row]:
    """A sheet as first handed in: its last ten rows not there yet."""
    return rows[:-10]


def rows(year: int) -> list[Row]:
    """The surveys of a year."""
    return [
        {
            "survey_no": survey_no(year, n),
            "survey_name": plan.name,
            "survey_kind": plan.kind,
            "responsible_unit": plan.unit,
            "started_on": plan.first_day,
            "finished_on": plan.last_day,
        }
        for n, plan in enumerate(plans(year), start=1)
    ]
