"""What goes into a pack so that it can be held against itself: rules and calendar of deadlines, and what its copies say otherwise."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.pack.tables import table_csv
from dagster_project.reporting.pack.verifier.clocks import CLOCK_RULES
from dagster_project.reporting.pack.verifier.files import Pack
from dagster_project.reporting.pack.verifier.raw_columns import RawCopies
from dagster_project.reporting.pack.verifier.raw_rows import (
    NOT_AS_WRITTEN,
    NOT_AS_WRITTEN_COLUMNS,
    NOT_COUNTED,
    NOT_COUNTED_COLUMNS,
    READ_AGAIN,
    not_counted,
    unlike_rows,
)
from dagster_project.reporting.reading.published import rows_of
from dagster_project.reporting.reading.scored_year import ScoredYear

CALENDAR = """
    select calendar_date, is_off_day, holiday_name from marts.dim_calendar
    where calendar_year between $year - 2 and $year + 2 order by all
"""
PARAMETERS = """
    select parameter, value, unit, valid_from, valid_to, source from evaluation.parameters
    where $year between valid_from and coalesce(valid_to, 9999) order by all
"""


def rules_of(year: ScoredYear) -> dict[str, bytes]:
    """What deadlines follow from: the calendar, the parameters in force, how each clock runs, how rows are read again."""
    here = Path(__file__).parent
    with duckdb.connect(str(year.version_dir / DATABASE), read_only=True) as connection:
        tables = {
            name: rows_of(connection, query, {"year": year.fiscal_year})
            for name, query in (("calendar.csv", CALENDAR), ("parameters.csv", PARAMETERS))
        }
    return {
        **{name: table_csv(rows) for name, rows in tables.items()},
        CLOCK_RULES: (here / "clock_rules.csv").read_bytes(),
        READ_AGAIN: (here / "read_again.csv").read_bytes(),
    }


def what_reading_again_finds(pack: Pack) -> dict[str, bytes]:
    """What the verifier will find when it reads the copies: rows with dates that do not count, rows that say it otherwise."""
    raw = RawCopies(pack)
    unlike = [row._asdict() for row in unlike_rows(pack, raw, Counter())]
    return {
        NOT_COUNTED: table_csv(not_counted(pack, raw), NOT_COUNTED_COLUMNS),
        NOT_AS_WRITTEN: table_csv(unlike, NOT_AS_WRITTEN_COLUMNS),
    }
