"""The warehouse says what a second, independent computation says: on the sample, and on offices to which things happened."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from oracle.comparison import Viewed, compare, differences
from oracle.drop import Drop
from oracle.editor import Editor
from oracle.figures import Office
from oracle.fleet import Bases, draw, run
from oracle.offices import Base, changed_office
from oracle.projects import project_differences, scores
from oracle.scoring import evaluate
from oracle.variations import OFFICES
from sample_warehouse import Warehouse


def test_sample_agrees_with_the_oracle(sample: Warehouse) -> None:
    assert differences(sample.published, sample.settings.raw_dir) == []


def test_sample_scores_its_projects_as_the_oracle_does(sample: Warehouse) -> None:
    assert project_differences(sample.published, sample.settings.raw_dir) == []
    assert len(scores(Office(Drop(sample.settings.raw_dir), 2023))) == 18


def test_oracle_computes_25_indicators_and_six_duties(sample: Warehouse) -> None:
    components, indicators, totals, rating = evaluate(Office(Drop(sample.settings.raw_dir), 2023))

    assert [one.number for one in indicators] == list(range(1, 26))
    assert sorted(part.duty for part in components if part.duty) == [1, 2, 3, 4, 5, 6]
    assert totals["total"] == sum((one.score for one in indicators if one.score is not None), start=0)
    assert rating == "优"


@pytest.fixture(scope="module")
def base_of(sample: Warehouse, office_of_seed: Callable[[int], Base]) -> Callable[[int | None], Base]:
    """The office that a seed makes; without one, the sample."""
    return lambda seed: Base.of(sample.settings) if seed is None else office_of_seed(seed)


SEEDS = sorted({seed for seed, _ in OFFICES if seed is not None})


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_office_of_another_seed_agrees_with_the_oracle(base_of: Callable[[int | None], Base], seed: int) -> None:
    base = base_of(seed)

    assert differences(base.database, base.raw_dir) == []
    assert project_differences(base.database, base.raw_dir) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(OFFICES)))
def test_office_to_which_things_happened_agrees_with_the_oracle(
    base_of: Callable[[int | None], Base], tmp_path: Path, number: int
) -> None:
    seed, variations = OFFICES[number]
    base = base_of(seed)
    editor = Editor(base.raw_dir, tmp_path / "raw")
    before = _outcome(base.raw_dir)
    for variation in variations:
        variation(editor)

    changed = changed_office(base, editor.raw, tmp_path)

    told = ", ".join(variation.__name__ for variation in variations)
    found = compare(changed.database, editor.raw, Viewed())
    assert found.differences == [], told
    assert len(found.components) == len(before)
    assert found.components != before, f"nothing moved: {told}"
    shutil.rmtree(tmp_path)  # fifty megabytes each


@pytest.fixture(scope="module")
def bases(sample: Warehouse, office_of_seed: Callable[[int], Base], session_folder: Path) -> Bases:
    """Those of the seeds lie in the folder of the session, where they are found."""
    for seed in SEEDS:
        office_of_seed(seed)
    return Bases(Base.of(sample.settings), session_folder)


RANDOM_SEED, RANDOM_OFFICES = 2, 12


@pytest.mark.slow
@pytest.mark.parametrize("number", range(RANDOM_OFFICES))
def test_office_of_random_edits_agrees_with_the_oracle(bases: Bases, tmp_path: Path, number: int) -> None:
    outcome = run(draw(RANDOM_OFFICES, RANDOM_SEED)[number], bases, tmp_path / "office")

    assert outcome.differences == [], f"{outcome.drawn}: {outcome.edits}"
    assert outcome.edits, "nothing happened"


@functools.cache
def _outcome(raw: Path) -> list[str]:
    """Everything the oracle computes of both years."""
    drop = Drop(raw)
    return [repr(evaluate(Office(drop, year))[0]) for year in (2022, 2023)]
