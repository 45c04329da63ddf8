"""The moment of a look back is a date and time before it goes anywhere."""

from __future__ import annotations

import datetime as dt

import pytest
from dagster import DagsterInvalidConfigError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dagster_project.as_of import AsOfError, as_of_text, parse_as_of
from dagster_project.building.dbt_process import build_arguments
from dagster_project.defs.looking_back import LookBackConfig

SQL = "2023-01-01'); copy (select 1) to '/tmp/x' --"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2024-01-31", "2024-01-31 23:59:59.999999"),
        ("2024-01-31T16:30:00Z", "2024-02-01 00:30:00"),
        ("2024-01-31T23:30:00+08:00", "2024-01-31 23:30:00"),
        ("2024-01-31 12:00-05:00", "2024-02-01 01:00:00"),
        ("2023-07-01 08:30", "2023-07-01 08:30:00"),
        ("2023-07-01 08:30:05", "2023-07-01 08:30:05"),
        ("2023-07-01T08:30:05", "2023-07-01 08:30:05"),
        ("2023-07-01 08:30:05.25", "2023-07-01 08:30:05.250000"),
        ("", ""),
    ],
)
def test_a_moment_is_read_as_people_write_it(written: str, moment: str) -> None:
    assert as_of_text(written) == moment


@pytest.mark.parametrize(
    "written",
    [SQL, "2023-02-30", "2023-07-01 25:00", "2023-7-1", "20230701", "2023-07-01+08:00", "2023-07-01 08:30+99:00", "2023-W26-6", "now", "infinity",
     " 2023-07-01", "2023-07-01\n", "２０２３-07-01", "2023-07-01 08:30:05.1234567", "0000-01-01", "9999-12-31 23:00-01:00"],
)  # fmt: skip
def test_anything_else_is_refused_at_every_door(written: str) -> None:
    with pytest.raises(AsOfError, match="不是一个时刻"):
        parse_as_of(written)
    with pytest.raises(AsOfError):
        build_arguments(written)
    with pytest.raises((ValidationError, DagsterInvalidConfigError), match="不是一个时刻"):
        LookBackConfig(as_of=written)


@given(st.text())
def test_what_reaches_dbt_is_a_date_and_a_time_whatever_was_written(text: str) -> None:
    try:
        moment = as_of_text(text)
    except AsOfError:
        return
    assert moment == "" or dt.datetime.fromisoformat(moment).isoformat(sep=" ") == moment
