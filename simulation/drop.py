"""Everything that is handed in: the files of all modules in `ledgers/`, and the sheets of one workbook put together."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module

from simulation import ledgers
from simulation.paper.handed_in import HandedFile
from simulation.world.world import World

ONE_WORKBOOK = (
    ("deputies.deputies", "deputies.mandates"),
    ("deputies.liaison_stations", "deputies.deputy_station_assignments"),
    ("duties.surveys", "duties.survey_participations", "duties.survey_visits", "duties.survey_findings"),
)
"""Ledgers that are sheets of one workbook, in the order of the sheets."""
Maker = Callable[[World, int], Iterable[HandedFile]]


def makers() -> dict[str, Maker]:
    """The function ``files`` of each ledger, by domain and name: ``budget.payments``."""
    found: dict[str, Maker] = {}
    for domain in pkgutil.iter_modules(ledgers.__path__, f"{ledgers.__name__}."):
        package = import_module(domain.name)
        for module in pkgutil.iter_modules(package.__path__, f"{domain.name}."):
            found[module.name.removeprefix(f"{ledgers.__name__}.")] = import_module(module.name).files
    return found


def files(world: World, years: Sequence[int]) -> Iterator[HandedFile]:
    """All files of the years; rows are made when a file is asked for, so that they need not all fit into memory."""
    of = makers()
    together = {name for group in ONE_WORKBOOK for name in group}
    for year in years:
        for name, maker in of.items():
            if name not in together:
                yield from maker(world, year)
        for group in ONE_WORKBOOK:
            yield from put_together(file for name in group for file in of[name](world, year))


def put_together(parts: Iterable[HandedFile]) -> Iterable[HandedFile]:
    """Files of one path as one file with the sheets of all.

    Raises:
        ValueError: if they differ in period, department or when they were received.
    """
    whole: dict[str, HandedFile] = {}
    for part in parts:
        before = whole.get(part.path, replace(part, sheets=()))
        if replace(before, sheets=()) != replace(part, sheets=()):
            raise ValueError(f"{part.path}: the sheets of one workbook are handed in at once, for one period")
        whole[part.path] = replace(part, sheets=[*before.sheets, *part.sheets])
    return whole.values()
