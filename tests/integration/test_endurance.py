"""The short form of `python -m benchmarks.endurance`: a few nights, kills and publishes, on every full run of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_warehouse import Warehouse

from benchmarks.endurance.kills import kill_at_random
from benchmarks.endurance.nights import growth, run_nights
from benchmarks.endurance.office import Office
from benchmarks.endurance.readers import read_over_publishes

SEED = 7


def base(sample: Warehouse, folder: Path) -> Office:
    sample.copy_to(folder)
    return Office(folder)


@pytest.mark.slow
def test_nights_in_a_row_do_not_fail_and_give_back_what_they_open(sample: Warehouse, tmp_path: Path) -> None:
    nights = run_nights(base(sample, tmp_path / "base"), 3, SEED)
    assert [night["success"] for night in nights] == [True] * 3, nights
    assert nights[-1]["handles"] <= nights[1]["handles"] + 2
    assert nights[-1]["versions"] <= 3


@pytest.mark.slow
def test_killed_at_random_moments_everything_is_old_or_new_and_whole(sample: Warehouse, tmp_path: Path) -> None:
    kills = kill_at_random(base(sample, tmp_path / "base"), tmp_path / "kills", 5, SEED)
    assert kills.faults == []
    assert kills.blows.total() + kills.too_late.total() == 5


@pytest.mark.slow
def test_readers_over_publishes_see_one_version_each_time(sample: Warehouse, tmp_path: Path) -> None:
    found = read_over_publishes(base(sample, tmp_path / "base"), tmp_path / "readers", 4, 2)
    assert found["errors"] == [] and found["publishes"] == 4
    assert min(found["observations"]) > 0  # type: ignore[call-overload]


def test_growth_compares_the_last_third_with_the_first_after_settling() -> None:
    nights = [{"memory": value} for value in (1, 2, 3, 4, 5, 100, 100, 100, 110, 110, 110, 130, 130, 130)]
    assert growth(nights, "memory") == 30
    assert growth([{"memory": 5}] * 4, "memory") == 0
