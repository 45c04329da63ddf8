"""Deadlines and working days on every day of 2022 to 2024, against the notices themselves counted in plain Python."""

from __future__ import annotations

import calendar
import datetime as dt
import json
from functools import cache
from pathlib import Path

import duckdb
import jinja2
import pytest
from sample_warehouse import Warehouse

from dagster_project.settings import PROJECT_ROOT, Settings

NOTICES = PROJECT_ROOT / "tests" / "data" / "cn_holidays"
FIRST, LAST = dt.date(2022, 1, 1), dt.date(2024, 12, 31)
DAY = dt.timedelta(days=1)


class Dbt:
    """The one macro of dbt that the clocks use."""

    @staticmethod
    def dateadd(part: str, number: str, day: str) -> str:
        return f"({day} + interval (({number})) {part})"


def macros() -> object:
    text = (Settings().dbt_project_dir / "macros" / "clocks.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment()
    environment.globals["dbt"] = Dbt()
    return environment.from_string(text).make_module()


@cache
def off_days() -> dict[dt.date, bool]:
    days = [day for path in sorted(NOTICES.glob("*.json")) for day in json.loads(path.read_text("utf-8"))["days"]]
    return {dt.date.fromisoformat(day["date"]): day["isOffDay"] for day in days}


def is_off(day: dt.date) -> bool:
    return off_days().get(day, day.isoweekday() >= 6)


def next_working_day(day: dt.date) -> dt.date:
    while is_off(day):
        day += DAY
    return day


def working_day_after(day: dt.date, count: int) -> dt.date:
    while count:
        day += DAY
        count -= not is_off(day)
    return day


def months_after(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def every_day(published: Path, sql: str) -> list[tuple[dt.date, object]]:
    """Compute an expression over `d.day` for each day of the three years."""
    query = f"""
        with calendar as (select * from marts.dim_calendar)
        select d.day, {sql}
        from (select cast(unnest(range(date '{FIRST}', date '{LAST}' + 1, interval 1 day)) as date) as day) as d
        order by 1
    """
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("count", [1, 2, 7, 10])
def test_working_day_deadlines_skip_holidays_and_count_make_up_days(sample: Warehouse, count: int) -> None:
    computed = every_day(sample.published, macros().duckdb__deadline_after_working_days("d.day", count))  # type: ignore[attr-defined]
    assert len(computed) == 1096
    assert [(day, working_day_after(day, count)) for day, _ in computed] == computed


@pytest.mark.parametrize("count", [15, 20, 30])
def test_a_last_day_that_is_off_moves_to_the_next_working_day(sample: Warehouse, count: int) -> None:
    computed = every_day(sample.published, macros().duckdb__deadline_after_days("d.day", count))  # type: ignore[attr-defined]
    assert [(day, next_working_day(day + count * DAY)) for day, _ in computed] == computed


@pytest.mark.parametrize("months", [1, 3, 6])
def test_a_period_of_months_ends_on_the_same_day_or_the_last_of_its_month(sample: Warehouse, months: int) -> None:
    computed = every_day(sample.published, macros().duckdb__deadline_after_months("d.day", months))  # type: ignore[attr-defined]
    assert [(day, next_working_day(months_after(day, months))) for day, _ in computed] == computed


@pytest.mark.parametrize(
    ("start", "finish", "days"),
    [
        ("2023-04-28", "2023-05-04", 1),
        ("2023-04-28", "2023-05-06", 3),
        ("2023-04-29", "2023-05-04", 1),
        ("2023-09-28", "2023-10-08", 2),
        ("2022-12-30", "2023-01-03", 1),
        ("2023-05-04", "2023-05-04", 0),
        ("2023-05-06", "2023-04-28", -3),
        ("1999-01-01", "2023-04-28", None),
    ],
)
def test_working_days_between_two_days_leave_out_the_first(
    sample: Warehouse, start: str, finish: str, days: int | None
) -> None:
    sql = macros().duckdb__working_days_between(f"date '{start}'", f"date '{finish}'")  # type: ignore[attr-defined]
    assert every_day(sample.published, sql)[0][1] == days
