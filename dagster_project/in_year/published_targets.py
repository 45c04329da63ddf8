"""The half-yearly checks of the targets of whole departments as a published version has them: its own days, its own forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import duckdb

from dagster_project.in_year.measured import valid_rows
from dagster_project.in_year.monitoring_choices import CHOICES, TICK_SIGNS
from dagster_project.in_year.monitoring_entries import LEDGER, entries_of
from dagster_project.in_year.target_facts import DATES
from dagster_project.in_year.target_progress import BANDS, NEEDED, PERIODS, TargetCheck, check_of
from dagster_project.reporting.reading.published import tells

SEEDS = (BANDS, PERIODS, DATES, CHOICES, TICK_SIGNS)
"""What the checks stand on beside the version."""
ENTRIES_TABLE = "marts.fct_monitoring_entries"
LAST_RECEIVED = "select cast(max(received_at) as date) from quality.submissions where is_current"


def days_over(connection: duckdb.DuckDBPyConnection, seeds_dir: Path, year: int) -> list[dt.date]:
    """The half-year ends of a year that were over on the day on which the version's last file came in, in their order."""
    row = connection.execute(LAST_RECEIVED).fetchone()
    last = row[0] if row else None
    ends = {dt.date.fromisoformat(f"{year}-{each['ends_month_day']}") for each in valid_rows(seeds_dir / PERIODS, year)}
    return sorted(day for day in ends if last is not None and day <= last)


def lacking_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of the checks that a version of an earlier program does not have as they are needed."""
    needed = (*NEEDED, (ENTRIES_TABLE, "deviation_reason"))
    return [table for table, column in needed if not tells(connection, table, column)]


def half_year_checks(
    connection: duckdb.DuckDBPyConnection, seeds_dir: Path, ledgers: Mapping[str, str], department: str, year: int
) -> list[TargetCheck]:
    """The checks of a department's year, one for each half-year that is over, in their order; nothing dated later is in one.

    Args:
        connection: to a published version that has the tables (`lacking_tables`).
        seeds_dir: for periods, bands and choices.
        ledgers: Chinese titles of the ledgers.
        department: its code.
        year: the fiscal year.
    """
    connection.execute(f"create or replace temp view {LEDGER} as select * from {ENTRIES_TABLE}")
    return [
        check_of(connection, seeds_dir, ledgers, department, year, day, None).with_entries(
            entries_of(connection, seeds_dir, department, year, day)
        )
        for day in days_over(connection, seeds_dir, year)
    ]
