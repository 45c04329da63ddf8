"""How far a target of the whole department is on a day, and what it is held against."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from dagster_project.in_year.measured import valid_rows
from dagster_project.in_year.outlook import Interval, YearOutlook
from dagster_project.in_year.published import MonthOutlook, YearForecast
from dagster_project.in_year.target_facts import Counted, FactDates, fact_dates
from dagster_project.in_year.target_progress import (
    BAND_SET,
    BANDS,
    IMPOSSIBLE,
    TargetCheck,
    TargetProgress,
    check_day,
    progress_of,
)
from dagster_project.in_year.target_sheet import explained, forecast, headline, reached

SEEDS = Path("dbt/seeds")
YEAR, HALF = 2023, 50.0
PLAN, AS_IT_HAPPENS = FactDates("t", "k", "d", True), FactDates("t", "k", "d", False)


def progress(known: Counted | None, plan: FactDates | None = PLAN, lacking: str = "", **changed: Any) -> TargetProgress:
    row = {
        "indicator_no": 1, "indicator_kind": "产出", "indicator_name": "调研及时率", "operator": "≥", "target": "100", "unit": "%",
        "low_value": 100, "high_value": None, "weight": 5, "version": 1, "denominator_figure": "d", **changed,
    }  # fmt: skip
    bands = [each for each in valid_rows(SEEDS / BANDS, YEAR) if each["band_set"] == BAND_SET]
    return progress_of(row, known, plan, HALF, bands, lacking)


def test_a_plan_is_held_against_what_is_due_not_against_the_calendar() -> None:
    on_plan = progress(Counted(done=3, planned=20, due=3, kept=3, undated=0))
    assert (on_plan.value, on_plan.progress, on_plan.expected, on_plan.deviation, on_plan.light) == (
        100,
        15,
        15,
        0,
        "绿",
    )
    assert on_plan.best == 100 and on_plan.likelihood == ""


@pytest.mark.parametrize(("done", "light"), [(45.0, "绿"), (44.9, "黄"), (40.0, "黄"), (39.9, "红")])
def test_bands_are_those_of_the_seed(done: float, light: str) -> None:
    """Exactly 5 and 10 points behind are still in the band above."""
    behind = progress(Counted(done, 0, 0, 0, 0), None, denominator_figure=None)
    assert behind.light == light


def test_what_was_missed_for_good_is_impossible_and_red() -> None:
    lost = progress(Counted(done=8, planned=20, due=8, kept=7, undated=0))
    assert (lost.deviation, lost.best, lost.light, lost.likelihood) == (0, 95, "红", IMPOSSIBLE)
    reachable = progress(Counted(done=8, planned=20, due=8, kept=7, undated=0), target="95", low_value=95)
    assert (reachable.light, reachable.likelihood) == ("绿", ""), "19 of 20 are enough for 95 %"


def test_a_rate_that_grows_with_what_happens_is_held_against_its_target() -> None:
    missed = progress(Counted(done=6, planned=7, due=7, kept=6, undated=0), AS_IT_HAPPENS)
    assert missed.value == pytest.approx(85.714, abs=0.001) and missed.progress is None
    assert (missed.light, missed.likelihood, missed.best) == ("红", IMPOSSIBLE, None)
    assert "不能再达到目标" in explained(missed)


def test_a_number_of_things_is_held_against_the_calendar() -> None:
    few = progress(Counted(done=230, planned=0, due=0, kept=0, undated=0), None, denominator_figure=None, target="500",
                   low_value=500, unit="条")  # fmt: skip
    assert (few.progress, few.expected, few.deviation, few.light) == (46, 50, -4, "绿")
    check = TargetCheck("101001", YEAR, dt.date(YEAR, 6, 30), HALF, (few,))
    assert forecast(few, check) == "460" and reached(few) == "230"
    less = progress(
        Counted(12, 0, 0, 0, 0), None, denominator_figure=None, operator="≤", target="10", low_value=None, high_value=10
    )
    assert (less.deviation, less.light) == (-20, "红"), "what must not be exceeded is"
    none = progress(
        Counted(0, 0, 0, 0, 0), None, denominator_figure=None, operator="≤", target="0", low_value=None, high_value=0
    )
    assert (none.progress, none.deviation, none.light) == (None, 0, "绿")


def test_without_data_it_says_why() -> None:
    nothing = progress(None, lacking="台账没有收到:会议台账")
    not_due = progress(Counted(done=0, planned=4, due=0, kept=0, undated=1))
    assert nothing.value is None and nothing.light == "" and nothing.note_zh == "台账没有收到:会议台账"
    assert (
        not_due.value is None and "没有到期的事项(全年 4 项)" in not_due.note_zh and "1 项没有日期" in not_due.note_zh
    )
    check = TargetCheck("101001", YEAR, dt.date(YEAR, 6, 30), HALF, (nothing, not_due))
    assert "没有数据 2 项" in headline(check)


@pytest.mark.parametrize(("today", "day"), [("2023-03-10", "2023-03-10"), ("2023-06-30", "2023-06-30"), ("2023-11-02", "2023-06-30"),
                                           ("2023-12-31", "2023-12-31"), ("2026-01-01", "2023-12-31"), ("2022-05-01", "2023-01-01")])  # fmt: skip
def test_the_check_is_that_of_the_last_half_year(today: str, day: str) -> None:
    assert check_day(SEEDS, YEAR, dt.date.fromisoformat(today)) == dt.date.fromisoformat(day)


def test_every_figure_of_a_target_has_its_day() -> None:
    dated = fact_dates(SEEDS, YEAR)
    rows = valid_rows(SEEDS / "department_target_figures.csv", YEAR)
    assert {row["numerator_figure"] for row in rows} | {row["denominator_figure"] for row in rows} == set(dated)


def test_a_budget_that_came_in_december_is_told_of_by_its_first_month() -> None:
    """No month of such a year was one in which money could still be given back."""
    december = YearOutlook("101001", YEAR, 12, (), 1.0, Interval(1, 1, 1), Interval(1, 1, 1), 0.99, 1.0)
    only = MonthOutlook(december, None)
    assert YearForecast([only], acting_until=11, interval=0.8).told is only
