"""Periods by the civil code: the first day is not counted, a last day off moves to the next working day."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path


class Calendar:
    """Working days, from the notices on holidays and make-up days."""

    def __init__(self, seeds: Path) -> None:
        self.notices: dict[date, tuple[int, bool]] = {}
        with (seeds / "holidays.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                day = date.fromisoformat(row["date"])
                known = self.notices.get(day)
                if known is None or int(row["notice_year"]) > known[0]:
                    self.notices[day] = (int(row["notice_year"]), row["is_off_day"] == "true")

    def works(self, day: date) -> bool:
        """Whether people work on the day."""
        if day in self.notices:
            return not self.notices[day][1]
        return day.weekday() < 5

    def days_after(self, day: date, count: int) -> date:
        """The last day of a period of calendar days."""
        due = day + timedelta(days=count)
        while not self.works(due):
            due += timedelta(days=1)
        return due

    def working_days_after(self, day: date, count: int) -> date:
        """The last day of a period of working days."""
        while count:
            day += timedelta(days=1)
            count -= self.works(day)
        return day


def years_after(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
