"""Working days as the calendar of holidays and make-up workdays has them. Knows no ledger."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

HOLIDAYS = Path(__file__).parents[1] / "dbt" / "seeds" / "holidays.csv"
ONE_DAY = timedelta(days=1)


@cache
def _notices() -> dict[date, bool]:
    """Whether a day that a notice names is off; a weekend day that is not is made up for."""
    with HOLIDAYS.open(encoding="utf-8", newline="") as stream:
        return {date.fromisoformat(row["date"]): row["is_off_day"] == "true" for row in csv.DictReader(stream)}


def is_worked(day: date) -> bool:
    """Whether the office works on a day."""
    return not _notices().get(day, day.weekday() >= 5)


def after(day: date, working_days: int) -> date:
    """The last day of a period of working days that begins the day after ``day``."""
    while working_days:
        day += ONE_DAY
        working_days -= is_worked(day)
    return day


def on_or_before(day: date) -> date:
    """The day itself if worked, else the last working day before it."""
    while not is_worked(day):
        day -= ONE_DAY
    return day


def on_or_after(day: date) -> date:
    """The day itself if worked, else the next working day."""
    while not is_worked(day):
        day += ONE_DAY
    return day
