"""Who took part in which survey on which day: a sheet of the workbook of the surveys."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.ledgers.duties.surveys import in_the_workbook, without_last_rows
from simulation.paper.handed_in import Habits, HandedFile, Sheet
from simulation.world.chance import pick
from simulation.world.deputies import deputy_no
from simulation.world.surveys import plans, survey_no, weekdays
from simulation.world.values import Row
from simulation.world.world import World


def files(world: World, year: int) -> Iterator[HandedFile]:
    """The participations of a year."""
    habits = Habits(code_style="name", date_forms=("cell", "slash", "cell", "chinese"), header_choice=2023 - year)
    taken_part = rows(world, year)
    sheet = Sheet("survey_participations", taken_part, habits)
    yield from in_the_workbook(year, sheet, without_last_rows(taken_part))


def rows(world: World, year: int) -> list[Row]:
    """Each deputy of a survey at least once, some on several days; all in office through the survey."""
    rng = world.stream("survey_participations", year)
    participations: list[Row] = []
    for number, plan in enumerate(plans(year), start=1):
        days = weekdays(plan)
        able = sorted({p for level in plan.levels for p in world.deputies.holders(level, days[0], days[-1])})
        persons = rng.sample(able, plan.deputies)
        taken = {(pick(rng, days), person) for person in persons}
        while len(taken) < plan.person_times:
            taken.add((pick(rng, days), pick(rng, persons)))
        participations += [
            {
                "survey_no": survey_no(year, number),
                "deputy_no": deputy_no(person),
                "took_part_on": day,
                "group_name": f"第{1 + person % 11}组" if plan.person_times > 100 else None,
            }
            for day, person in sorted(taken)
        ]
    return participations
