"""Faults in days: a year off, day and month exchanged, one before another that comes first."""

from __future__ import annotations

import datetime as dt

from dagster_project.drill.planting import Ground, Planted, header_of, mutator


def _day(value: object) -> dt.date | None:
    """The day of a landed value."""
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None


@mutator
def move_years(ground: Ground) -> Planted | None:
    """A day ``years`` later or earlier."""
    years = int(ground.how["years"])
    for paper, column, rows in ground.spots():
        for row in rows:
            day = _day(row[column.name])
            if day and (day.month, day.day) != (2, 29):
                words = ground.change(paper, column, row, day.replace(year=day.year + years))
                return ground.planted(paper, [row["_row"]], words)
    return None


@mutator
def swap_day_and_month(ground: Ground) -> Planted | None:
    """Day and month change places, where the result is a day too."""
    for paper, column, rows in ground.spots():
        for row in rows:
            day = _day(row[column.name])
            if day and day.day <= 12 and day.day != day.month:
                words = ground.change(paper, column, row, day.replace(month=day.day, day=day.month))
                return ground.planted(paper, [row["_row"]], words)
    return None


@mutator
def put_before(ground: Ground) -> Planted | None:
    """A day ``days`` before that of the column ``other``."""
    other, days = str(ground.how["other"]), int(ground.how["days"])
    for paper, column, rows in ground.spots():
        for row in rows:
            first = _day(row[other])
            if first and _day(row[column.name]):
                header = header_of(next(each for each in ground.handed.contract.columns if each.name == other))
                words = ground.change(paper, column, row, first - dt.timedelta(days=days))
                return ground.planted(paper, [row["_row"]], f"{words}(早于{header} {first})")
    return None


@mutator
def short_year(ground: Ground) -> Planted | None:
    """A day as 23-3-1: nobody can tell which part is the year."""
    for paper, column, rows in ground.spots():
        for row in rows:
            day = _day(row[column.name])
            if day and day.day <= 12:
                words = ground.change(paper, column, row, f"{day.day}/{day.month}/{day:%y}")
                return ground.planted(paper, [row["_row"]], words)
    return None
