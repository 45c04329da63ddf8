"""How well the year end is forecast: replays years of simulated offices of different character month by month.

`python -m benchmarks.forecast --years 30` prints, for each month, the error of the total beside those of two plain ways (spending
over days gone, spending over last year's share), and how often the 80 % interval held the truth; exit code 1 where the bounds of
`BOUNDS` do not hold. `--seed-rows` prints the rows of
`dbt/seeds/forecast_back_test.csv`, `--tune` by what the intervals must be widened; `--planted` what is flagged of planted under-spending.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.forecast_planted import planted, report
from benchmarks.forecast_years import as_known, growth_of
from dagster_project.in_year.measured import Measured, measured
from dagster_project.in_year.outlook import Interval, year_outlook
from dagster_project.in_year.project_years import MONTHS, ProjectYear
from dagster_project.settings import PROJECT_ROOT
from simulation.other_years.spending import LAST_YEAR, offices, years_of

SEEDS = PROJECT_ROOT / "dbt" / "seeds"
FIRST_MONTH, SEPTEMBER = 3, 9
FIRST_SEED, FIRST_SEED_TUNED = 7001, 51_001
LEAST_COVERAGE, MOST_COVERAGE = 75.0, 85.0
COLUMNS = ("月末", "本法误差%", "序时直推误差%", "上年同期推算误差%", "合计区间命中%", "项目区间命中%", "项目误差%")


@dataclass(frozen=True)
class Replayed:
    """What was forecast of a number after a month, what came, and what two plain ways said."""

    character: str
    month: int
    is_total: bool
    seen: Interval
    truth: float
    straight_line: float
    last_years_share: float

    @property
    def holds(self) -> bool:
        """Whether the interval held the truth."""
        return self.seen.low <= self.truth <= self.seen.high

    @property
    def widening(self) -> float:
        """By what its side of the interval must be multiplied to touch the truth."""
        side = self.seen.high - self.seen.middle if self.truth > self.seen.middle else self.seen.middle - self.seen.low
        return abs(self.truth - self.seen.middle) / side if side > 0 else 0.0

    def error_pct(self, said: float) -> float:
        """How far a number is from what came, in per cent of it."""
        return 100 * abs(said - self.truth) / self.truth


def replay(years: int, first_seed: int, given: Measured) -> Iterator[Replayed]:
    """Replay so many years, each of another office; one to three whole years stand before it."""
    for n, (character, seed) in enumerate(offices(years, first_seed)):
        spent = years_of(character, seed, 2 + n // 10 % 3)
        whole = [project for each in spent[:-1] for project in as_known(each, MONTHS)]
        truth = {each.code: each for each in as_known(spent[-1], MONTHS)}
        for month in range(FIRST_MONTH, MONTHS):
            now = as_known(spent[-1], month)
            outlook = year_outlook(now, whole, given, growth_of(spent[-2], month))
            last = [each for each in whole if each.year == LAST_YEAR - 1]
            total = sum(each.spent for each in truth.values())
            yield Replayed(character.name, month, True, outlook.spending, total, *_plain(now, last, month))
            for each in outlook.projects:
                before = [one for one in last if one.code == each.project.code]
                plain = _plain([each.project], before, month)
                yield Replayed(character.name, month, False, each.spending, truth[each.project.code].spent, *plain)


def _plain(now: Sequence[ProjectYear], last: Sequence[ProjectYear], month: int) -> tuple[float, float]:
    spent = sum(each.spent for each in now)
    gone = (date(LAST_YEAR, month + 1, 1) - date(LAST_YEAR, 1, 1)).days / 365
    share = sum(each.to_date[month - 1] for each in last) / sum(each.spent for each in last)
    return spent / gone, spent / share if share > 0 else 0.0


def table(found: Sequence[Replayed]) -> list[tuple[float, ...]]:
    """A row per month, as `COLUMNS` name them."""
    rows: list[tuple[float, ...]] = []
    for month in range(FIRST_MONTH, MONTHS):
        total = [each for each in found if each.month == month and each.is_total]
        parts = [each for each in found if each.month == month and not each.is_total]
        said = [
            [each.seen.middle for each in total],
            [each.straight_line for each in total],
            [each.last_years_share for each in total],
        ]
        errors = [float(np.mean([each.error_pct(yuan) for each, yuan in zip(total, way, strict=True)])) for way in said]
        held = [100 * float(np.mean([each.holds for each in of])) for of in (total, parts)]
        rows.append((month, *errors, *held, float(np.mean([each.error_pct(each.seen.middle) for each in parts]))))
    return rows


def main() -> None:
    """Replay, print, and say whether the bounds hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("--years", type=int, default=30)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--seed-rows", action="store_true")
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("--seeds", type=Path, default=SEEDS)
    options = parser.parse_args()
    given = measured(options.seeds, LAST_YEAR)
    if options.tune:
        found = list(replay(options.years, FIRST_SEED_TUNED, given))
        for is_total in (True, False):
            needed: dict[int, list[float]] = defaultdict(list)
            for each in found:
                if each.is_total == is_total:
                    needed[each.month].append(each.widening)
            print(
                "total" if is_total else "projects",
                {m: round(float(np.quantile(w, 0.8)), 2) for m, w in needed.items()},
            )
        return
    if options.planted:
        print("\n".join(report(list(planted(options.years, options.first_seed, given, SEPTEMBER)))))
        return
    found = list(replay(options.years, options.first_seed, given))
    if options.seed_rows:
        for row in table(found):
            numbers = [f"{each:.2f}" for each in row[1:4]] + [f"{each:.0f}" for each in row[4:6]] + [f"{row[6]:.2f}"]
            print(
                f"{row[0]:.0f},{','.join(numbers)},{options.years},python -m benchmarks.forecast --years {options.years},2015,"
            )
        return
    print(" | ".join(COLUMNS))
    for row in table(found):
        print(f"{row[0]:.0f} | " + " | ".join(f"{each:.2f}" for each in row[1:]))
    by_character: dict[str, list[bool]] = defaultdict(list)
    for each in found:
        if each.is_total:
            by_character[each.character].append(each.holds)
    totals = [each.holds for each in found if each.is_total]
    parts = [each.holds for each in found if not each.is_total]
    coverage = 100 * float(np.mean(totals)), 100 * float(np.mean(parts))
    print(f"{options.years} 年:合计区间命中 {coverage[0]:.1f}%,项目区间命中 {coverage[1]:.1f}%")
    print({name: round(100 * float(np.mean(held))) for name, held in by_character.items()})
    september = table(found)[SEPTEMBER - FIRST_MONTH]
    is_better = september[1] < min(september[2], september[3])
    sys.exit(0 if is_better and all(LEAST_COVERAGE <= each <= MOST_COVERAGE for each in coverage) else 1)


if __name__ == "__main__":
    main()
