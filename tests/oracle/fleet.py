"""Many offices at random: what is drawn for each from a seed, and how each is built and compared."""

from __future__ import annotations

import functools
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from oracle.comparison import Viewed, compare
from oracle.drop import DEPARTMENT, short_memory
from oracle.editor import Editor
from oracle.events import EVENTS, told
from oracle.offices import SECOND, Base, changed_office, simulate, twin_office
from oracle.slips import SLIPS
from oracle.variations import OFFICES, Variation

VARIANTS: tuple[dict[int, str], ...] = ({}, {}, {3: "QUARTER_AVG"}, {4: "MOF2013"}, {3: "QUARTER_AVG", 4: "MOF2013"})
MOMENTS = (
    "2023-01-31",
    "2023-04-17",
    "2023-07-15",
    "2023-10-13 09:00:00",
    "2023-12-31",
    "2024-01-31",
    "2024-01-31T16:30:00Z",
    "2024-02-05T09:42:00+08:00",
    "2024-03-15",
)
"""Looks back: days that count whole, times in Beijing and with an offset, in the running year and after it."""
KINDS = ("sample", "sample", "seed 11", "seed 12", "twin", "twin")
VARIATIONS: list[Variation] = sorted(
    {variation for _, variations in OFFICES for variation in variations}, key=lambda one: one.__name__
)


class Bases:
    """The offices from which others are made, each built when it is first needed."""

    def __init__(self, sample: Base, folder: Path) -> None:
        self.sample, self.folder = sample, folder

    @functools.cache  # noqa: B019
    def of(self, kind: str) -> Base:
        """The sample, one of another seed, or one whose second department hands in everything."""
        folder = self.folder / kind.replace(" ", "")
        if kind == "sample":
            base = self.sample
        elif (folder / "warehouse.duckdb").exists():  # of a run before, told to keep them
            made = (folder / "raw", folder / "landing", folder / "warehouse.duckdb")
            base = Base(*made, self.sample.dbt_dir, self.sample.dbt_landing_dir)
        elif kind == "twin":
            base = twin_office(self.sample, 13, folder)
        else:
            folder.mkdir(parents=True)
            simulate(int(kind.split()[1]), folder / "raw")
            base = changed_office(self.sample, folder / "raw", folder)
        for department in (DEPARTMENT, SECOND):
            told = compare(base.database, base.raw_dir, Viewed(department)).differences
            assert not told, f"{kind} {department}: {told}"
        return base


class Deck:
    """Draws so that everything comes up before anything comes up again."""

    def __init__(self, rng: Random, count: int) -> None:
        self.rng, self.count = rng, count
        self.left: list[int] = []

    def draw(self) -> int:
        """The place of the next one."""
        if not self.left:
            self.left = list(range(self.count))
            self.rng.shuffle(self.left)
        return self.left.pop()


@dataclass
class Drawn:
    """One office of the fleet: where it comes from, how it is looked at, and what happens to it."""

    number: int
    kind: str
    department: str
    as_of: str
    variants: dict[int, str]
    events: list[int]
    variations: list[int]
    slips: list[int]
    seed: str


@dataclass
class Outcome:
    """What became of one office."""

    drawn: Drawn
    edits: list[tuple[str, str]] = field(default_factory=list)
    figures: int = 0
    scores: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def draw(offices: int, seed: int) -> list[Drawn]:
    """The offices of a seed; the first ones of a longer list are those of a shorter one."""
    rng = Random(seed)
    kinds, variants = Deck(rng, len(KINDS)), Deck(rng, len(VARIANTS))
    events, variations, slips = Deck(rng, len(EVENTS)), Deck(rng, len(VARIATIONS)), Deck(rng, len(SLIPS))
    moments = Deck(rng, len(MOMENTS))
    found = []
    for number in range(offices):
        kind = KINDS[kinds.draw()]
        found.append(
            Drawn(
                number,
                kind,
                SECOND if kind == "twin" and rng.random() < 0.7 else DEPARTMENT,
                MOMENTS[moments.draw()] if number % 5 == 4 else "",
                VARIANTS[variants.draw()],
                [events.draw() for _ in range(rng.randint(1, 4))],
                [variations.draw() for _ in range(rng.randint(0, 4))],
                [slips.draw() for _ in range(rng.randint(3, 12))],
                f"{seed}/{number}",
            )
        )
    return found


def run(drawn: Drawn, bases: Bases, folder: Path) -> Outcome:
    """Make one office and compare both departments; its folder is gone afterwards."""
    base = bases.of(drawn.kind)
    with short_memory():
        return _run(drawn, base, folder)


def _run(drawn: Drawn, base: Base, folder: Path) -> Outcome:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    outcome, rng = Outcome(drawn), Random(drawn.seed)
    editor = Editor(base.raw_dir, folder / "raw", drawn.department)
    for one in drawn.variations:
        _try(outcome, "variation", VARIATIONS[one].__name__, functools.partial(_vary, VARIATIONS[one], editor))
    for place in drawn.slips:
        slip = SLIPS[place]
        year = 2022 if rng.random() < 0.15 else 2023
        _try(outcome, f"{slip.ledger} {slip.header}", "", functools.partial(slip, editor, rng, year))
    for place in sorted(drawn.events):
        _try(outcome, told(EVENTS[place]), "", functools.partial(EVENTS[place], editor, rng))
    held = frozenset(editor.held)
    try:
        office = changed_office(base, editor.raw, folder, Viewed(drawn.department, drawn.as_of, drawn.variants, held))
        for department in (DEPARTMENT, SECOND):
            found = compare(office.database, editor.raw, Viewed(department, drawn.as_of, drawn.variants, held))
            outcome.figures += found.figures
            outcome.scores += found.scores
            outcome.statuses += found.statuses
            outcome.differences += [f"{department} {text}" for text in found.differences]
    except AssertionError as error:
        outcome.differences.append(f"the door: {error}")
    shutil.rmtree(folder)
    return outcome


def _vary(variation: Variation, editor: Editor) -> str:
    variation(editor)
    return "done"


def _try(outcome: Outcome, kind: str, name: str, edit: Callable[[], str]) -> None:
    """Edits meet: what one needs another may have taken away. Whatever a half-made edit wrote is in the files, and counts."""
    try:
        what = edit()
    except (AssertionError, IndexError, StopIteration, ValueError, KeyError, AttributeError, TypeError):
        return
    if what:
        outcome.edits.append((kind, name or what))
