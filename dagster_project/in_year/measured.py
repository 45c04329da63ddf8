"""What was measured and does not come from the office's own years: kept as seeds with source and valid period."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dagster_project.in_year.project_years import MONTHS, Months

SETTINGS, BACK_TEST, GOAL = "forecast_settings.csv", "forecast_back_test.csv", "evaluation_parameters.csv"


class MeasuredError(ValueError):
    """A setting of the forecast is not there for a year; the message says which and where to write it."""


@dataclass(frozen=True)
class Measured:
    """Settings of the forecast in force in a year; rates and shares 0 to 1, shifts as standard deviations of them.

    ``share`` is the profile for offices without a whole year. ``widening`` and ``widening_total`` are what the back-test says
    the intervals of a project and of the total must be multiplied with, by month.
    """

    goal: float
    interval: float
    share: Months
    season_shift: Months
    unknown_season_shift: float
    rate: float
    rate_between: float
    rate_shift: float
    budget_shift: float
    budget_shift_project: float
    expected_spread: float
    widening: Months
    widening_total: Months
    class_projects: int
    prior_years: float
    least_scatter: float
    stuck_share: float
    stuck_sd: float
    idle_part: float
    red_below_usual: float
    least_action: float
    return_month: int
    return_day: int


def seed_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a seed."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def valid_rows(path: Path, year: int) -> list[dict[str, str]]:
    """The rows of a seed that are in force in a year."""
    return [row for row in seed_rows(path) if int(row["valid_from"]) <= year <= int(row["valid_to"] or 9999)]


def measured(seeds_dir: Path, year: int) -> Measured:
    """The settings in force in a year.

    Raises:
        MeasuredError: one is missing.
    """
    rows = valid_rows(seeds_dir / SETTINGS, year)
    goals = [row for row in valid_rows(seeds_dir / GOAL, year) if row["parameter"] == "spending_rate_expected_pct"]

    def one(name: str) -> float:
        for row in rows:
            if row["setting"] == name and not row["month_no"]:
                return float(row["value"])
        raise MeasuredError(f"种子表 {SETTINGS} 没有 {year} 年的“{name}”;请补一行,写明来源和有效年度")

    def monthly(name: str) -> Months:
        found = {
            int(row["month_no"]): float(row["value"]) for row in rows if row["setting"] == name and row["month_no"]
        }
        if set(found) != set(range(1, MONTHS + 1)):
            raise MeasuredError(f"种子表 {SETTINGS} 的“{name}”在 {year} 年不足十二个月;请逐月补全")
        return np.array([found[month] for month in range(1, MONTHS + 1)])

    if not goals:
        raise MeasuredError(f"种子表 {GOAL} 没有 {year} 年的 spending_rate_expected_pct;请补一行")
    return Measured(
        goal=float(goals[0]["value"]) / 100,
        interval=one("interval_pct") / 100,
        share=monthly("default_share_pct") / 100,
        season_shift=monthly("season_shift_pp") / 100,
        unknown_season_shift=one("unknown_season_shift_pp") / 100,
        rate=one("default_rate_pct") / 100,
        rate_between=one("default_rate_between_pp") / 100,
        rate_shift=one("rate_shift_pp") / 100,
        budget_shift=one("budget_shift_pct") / 100,
        budget_shift_project=one("budget_shift_project_pct") / 100,
        expected_spread=one("expected_spread_pct") / 100,
        widening=monthly("widening_project"),
        widening_total=monthly("widening_total"),
        class_projects=int(one("class_projects")),
        prior_years=one("prior_years"),
        least_scatter=one("least_scatter"),
        stuck_share=one("stuck_share_pct") / 100,
        stuck_sd=one("stuck_sd"),
        idle_part=one("idle_part_pct") / 100,
        red_below_usual=one("red_below_usual_pp") / 100,
        least_action=one("least_action_yuan"),
        return_month=int(one("return_month")),
        return_day=int(one("return_day")),
    )
