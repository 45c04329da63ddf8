"""Working days, from the notices on holidays in seeds/holidays.csv; a year without a notice has only its weekends off."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

HOLIDAYS_FILE = "holidays.csv"
SATURDAY = 5


@dataclass(frozen=True)
class WorkDays:
    """``exceptions`` are the days that a notice moved: True for a day off, False for a weekend that is worked."""

    exceptions: dict[dt.date, bool]

    def after(self, day: dt.date, count: int) -> dt.date:
        """The day so many working days after another; the other itself is not counted."""
        while count > 0:
            day += dt.timedelta(days=1)
            count -= not self.exceptions.get(day, day.weekday() >= SATURDAY)
        return day

    def before(self, day: dt.date, count: int) -> dt.date:
        """The working day so many working days before another; the other itself is not counted."""
        while count > 0:
            day -= dt.timedelta(days=1)
            count -= not self.exceptions.get(day, day.weekday() >= SATURDAY)
        return day


def read_work_days(seeds_dir: Path) -> WorkDays:
    """The working days by the notices of a folder of seeds."""
    with (seeds_dir / HOLIDAYS_FILE).open(encoding="utf-8", newline="") as stream:
        return WorkDays(
            {dt.date.fromisoformat(row["date"]): row["is_off_day"] == "true" for row in csv.DictReader(stream)}
        )
