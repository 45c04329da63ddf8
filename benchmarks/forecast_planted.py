"""What the forecast flags of under-spending that was planted: an item of 3 % of one project's budget that nobody spends.

Seen on the last day that is 60 days before the year's end: with the payments of September, and those of October where they come in by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.forecast_years import as_known, growth_of, items_known
from dagster_project.in_year.measured import Measured
from dagster_project.in_year.outlook import RED, YearOutlook, year_outlook
from dagster_project.in_year.project_years import MONTHS
from simulation.other_years.spending import SpentYear, offices, with_idle_item, with_less_spent, years_of
from simulation.world.chance import stream
from simulation.world.projects import PROJECTS

SHARE = 0.03


@dataclass(frozen=True)
class Planted:
    """A year with one planted project: whether it became red, and how many of its clean projects did."""

    character: str
    kind: str
    is_red: bool
    false_red: int
    clean: int


def planted(years: int, first_seed: int, given: Measured, month: int) -> Iterator[Planted]:
    """Plant in so many years, once as an item that stands still, once as payments that are a little smaller."""
    for n, (character, seed) in enumerate(offices(years, first_seed)):
        spent = years_of(character, seed, 2 + n // 10 % 3)
        rng = stream(seed, "planted")
        project = rng.choice([each for each in PROJECTS if not each.is_basic])
        for kind, change in (("item", with_idle_item), ("thin", with_less_spent)):
            seen = _seen([*spent[:-1], change(spent[-1], project, SHARE)], given, month)
            lights = {each.project.code: each.light for each in seen.projects}
            clean = [light for code, light in lights.items() if code != project.code]
            yield Planted(character.name, kind, lights[project.code] == RED, Counter(clean)[RED], len(clean))


def _seen(spent: list[SpentYear], given: Measured, month: int) -> YearOutlook:
    whole = [project for each in spent[:-1] for project in as_known(each, MONTHS)]
    items = [item for each in spent[:-1] for item in items_known(each, MONTHS)] + items_known(spent[-1], month)
    return year_outlook(as_known(spent[-1], month), whole, given, growth_of(spent[-2], month), items)


def report(found: list[Planted]) -> list[str]:
    """How many were flagged, by kind and character, and how many clean projects were."""
    lines = []
    for kind, text in (("item", "一个经济科目停滞"), ("thin", "每笔都少付")):
        of_kind = [each for each in found if each.kind == kind]
        red, clean = sum(each.is_red for each in of_kind), sum(each.clean for each in of_kind)
        false = sum(each.false_red for each in of_kind)
        by_name = Counter(each.character for each in of_kind if each.is_red)
        lines.append(
            f"{text}:{len(of_kind)} 年中标红 {red};正常项目 {clean} 个中误标红 {false},每 20 个 {20 * false / clean:.2f} 个;"
            f"按类型 {dict(by_name)}"
        )
    return lines
