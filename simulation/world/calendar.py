"""The years that are simulated, the days they turn around, moments in Beijing, quarters and working days."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import TypeVar

YEARS = (2022, 2023)
SESSION_DAYS = {"1": (3, 5, 9), "2": (1, 13, 5), "3": (1, 28, 5), "4": (2, 13, 5), "5": (2, 20, 4)}
"""Month, first day and length of the yearly session of a congress, by level."""
CAMPAIGN = "更好发挥人大代表作用"
CAMPAIGN_DAYS = ((8, 14), 60)
"""First day of the campaign of each year, and how many days it lasts."""
BEIJING = timezone(timedelta(hours=8))
Day = TypeVar("Day", date, datetime)
HOLIDAYS = Path(__file__).parents[2] / "dbt" / "seeds" / "holidays.csv"
ONE_DAY = timedelta(days=1)


def beijing(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment in Beijing time."""
    return datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)


def on_a_weekday(moment: Day) -> Day:
    """The same moment, or one on the Monday after a weekend. Holidays are worked: see `is_worked` where they matter."""
    return moment + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[moment.weekday()])


def quarter_start(year: int, quarter: int) -> datetime:
    """The first moment of a quarter; quarter 5 is the next year's first."""
    return datetime(year + (quarter - 1) // 4, (quarter - 1) % 4 * 3 + 1, 1, tzinfo=BEIJING)


def known_in(day: date | None, year: int) -> date | None:
    """The day if it lies no later than a year, else None: what happens later is not known yet."""
    return day if day and day.year <= year else None


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
