"""Carry a drill out: a clean night, a fault in each of many copies, a night on each, two at a time, and the verdicts."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.drill.kinds import DrillError, Kind
from dagster_project.drill.office import Office
from dagster_project.drill.planting import Planted, plant
from dagster_project.drill.sealed import copy_office, fresh_copy, run_night, sealed_settings
from dagster_project.drill.told import Account, account_of
from dagster_project.drill.verdict import Outcome, judge
from dagster_project.settings import Settings

AT_ONCE = 2
"""Nights side by side: each uses one core most of the time."""
SAID_BY_THE_NIGHT = 600


@dataclass
class Drill:
    """What a drill did: the outcomes in the order of the catalogue, kinds that found no place, and how long it took.

    ``only`` are the kinds that were asked for, none where all were.
    """

    year: int
    seed: str
    outcomes: list[Outcome] = field(default_factory=list)
    without_place: list[str] = field(default_factory=list)
    seconds: float = 0.0
    only: Sequence[str] = ()


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder that only this user reads and that is gone afterwards, also where a drill broke off."""
    folder = Path(tempfile.mkdtemp(prefix="jixiao-drill-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clean_office(settings: Settings, folder: Path) -> tuple[Office, Account]:
    """Run a night on a copy of the drop as it is, and take down what it says.

    Raises:
        DrillError: that night published nothing, so that there is nothing to compare with.
    """
    shutil.copytree(settings.raw_dir, folder / "raw")
    own = fresh_copy(sealed_settings(settings, folder / "raw", folder / "build", AT_ONCE))
    own.build_dir.mkdir()
    night = run_night(own)
    account = account_of(night)
    if not account.is_published:
        raise DrillError(f"现有台账本身就不能发布,无从比较;请先改正:\n{night.printed[-SAID_BY_THE_NIGHT:]}")
    return Office(own), account


def plan(office: Office, kinds: Sequence[Kind], faults: int, seed: str) -> tuple[list[Planted], list[str]]:
    """So many faults, each kind in turn, no two alike; and the kinds for which the drop has no place, in words."""
    planted: list[Planted] = []
    without: dict[str, str] = {}
    seen: set[str] = set()
    for round_ in range(max(1, -(-faults // max(1, len(kinds))) * 2)):
        for kind in kinds:
            if len(planted) >= faults or kind.id in without:
                continue
            try:
                found = plant(kind, office, f"{seed}:{round_}")
            except DrillError as error:
                without[kind.id] = str(error)
                continue
            if f"{kind.id} {found.words}" not in seen:
                seen.add(f"{kind.id} {found.words}")
                planted.append(found)
    order = {kind.id: place for place, kind in enumerate(kinds)}
    return sorted(planted, key=lambda each: order[each.kind.id]), list(without.values())


def drill(
    settings: Settings, kinds: Sequence[Kind], faults: int, seed: str, tell: Callable[[str], None] = lambda text: None
) -> Drill:
    """Plant so many faults of these kinds into copies of a drop and run the night on each.

    Args:
        settings: the office; nothing of it is changed.
        kinds: what to plant.
        faults: how many.
        seed: the same seed plants the same.
        tell: told what goes on.

    Raises:
        DrillError: the drop as it is publishes nothing.
    """
    began = time.monotonic()
    with workplace() as folder:
        tell("正常的一夜(无差错)")
        (folder / "clean").mkdir()
        office, clean = clean_office(settings, folder / "clean")
        planted, without = plan(office, kinds, faults, seed)
        result = Drill(office.year, seed, without_place=without)
        outcomes: dict[int, Outcome] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            running = {
                pool.submit(trial, office, each, folder / f"fault-{number}", clean): number
                for number, each in enumerate(planted)
            }
            for done in as_completed(running):
                outcome = outcomes[running[done]] = done.result()
                tell(
                    f"{len(outcomes)}/{len(planted)} {outcome.verdict} {outcome.planted.kind.id} {outcome.planted.words}"
                )
        result.outcomes = [outcomes[number] for number in sorted(outcomes)]
    result.seconds = time.monotonic() - began
    return result


def trial(office: Office, planted: Planted, folder: Path, clean: Account) -> Outcome:
    """One fault in one copy, which is gone afterwards."""
    began = time.monotonic()
    folder.mkdir()
    try:
        night = run_night(copy_office(office.settings, folder, planted))
        account = account_of(night)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return judge(planted, account, clean, office.contracts[planted.ledger], time.monotonic() - began)
