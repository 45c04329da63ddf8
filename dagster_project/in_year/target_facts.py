"""What the targets of a whole department are counted from, cut at a day: the facts of `evaluation.evidence` with the day of each.

The definitions are those of the year's figures, because the facts are the same; only their days are added here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.in_year.measured import valid_rows
from dagster_project.ingestion.sql import literal

if TYPE_CHECKING:
    import duckdb

DATES = "target_fact_dates.csv"
FACTS = "create temp table target_facts (figure_id varchar, fact_key varchar, amount double, dated_on date)"
RECEIVED = """
    create temp table received as
    select submission_id from quality.submissions group by submission_id
    having min(received_at) <= coalesce($moment, timestamp '9999-12-31')
"""
DATED = """
    insert into target_facts
    with counted as (
        select evidence.fact_key, any_value(evidence.submission_id) as submission_id,
            case any_value(definitions.aggregation)
                when 'sum' then sum(evidence.measure) when 'count' then count(evidence.measure) else 1 end as amount
        from evaluation.evidence as evidence
        inner join received on evidence.submission_id = received.submission_id
        inner join evaluation.figure_definitions as definitions on evidence.figure_id = definitions.figure_id
            and evidence.fiscal_year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
        where evidence.figure_id = $figure and evidence.department_code = $department and evidence.fiscal_year = $year
        group by evidence.fact_key
    ),
    days as (
        select {key} as fact_key, fiscal_year, submission_id, cast({column} as date) as dated_on
        from {table} where department_code = $department
    )
    select $figure, counted.fact_key, any_value(counted.amount), min(days.dated_on)
    from counted
    left join days on counted.fact_key = days.fact_key
        and (days.fiscal_year = $year or days.submission_id = counted.submission_id)
    group by counted.fact_key
"""
COUNTED = """
    with numerators as (select * from target_facts where figure_id = $numerator),
    denominators as (select * from target_facts where figure_id = $denominator)
    select
        (select coalesce(sum(amount), 0) from numerators where dated_on <= $day),
        (select coalesce(sum(amount), 0) from denominators),
        (select coalesce(sum(amount), 0) from denominators where dated_on <= $day),
        (select coalesce(sum(amount), 0) from denominators where dated_on <= $day
            and fact_key in (select fact_key from numerators where dated_on <= $day)),
        (select coalesce(sum(amount), 0) from denominators where dated_on is null)
"""


@dataclass(frozen=True)
class Counted:
    """Of a target up to a day: done; of its denominator all of the year, due, due and done, and without a day; in the figure's unit."""

    done: float
    planned: float
    due: float
    kept: float
    undated: float


@dataclass(frozen=True)
class FactDates:
    """Where the day of a figure's facts stands; ``is_planned``: whether a denominator is a plan of the year."""

    table: str
    key: str
    column: str
    is_planned: bool


def fact_dates(seeds_dir: Path, year: int) -> dict[str, FactDates]:
    """The rows of the seed `DATES` that are in force in a year, by figure."""
    found = {}
    for row in valid_rows(seeds_dir / DATES, year):
        between = literal(row["key_separator"])
        key = f" || {between} || ".join(f'cast("{each}" as varchar)' for each in row["key_columns"].split("|"))
        found[row["figure_id"]] = FactDates(
            row["fact_table"], key, f'"{row["date_column"]}"', row["is_planned"] == "true"
        )
    return found


def date_facts(
    connection: duckdb.DuckDBPyConnection,
    dates: Mapping[str, FactDates],
    department: str,
    year: int,
    moment: dt.datetime | None,
) -> None:
    """Put the facts of all dated figures into ``target_facts``.

    Args:
        connection: to a published version.
        dates: as `fact_dates` gives them.
        department: its code.
        year: the fiscal year.
        moment: facts of files that came in later are left out; None for all. A row that a later file replaced is that file's.

    Raises:
        duckdb.Error: the version lacks a table or a column.
    """
    connection.execute("drop table if exists target_facts")
    connection.execute("drop table if exists received")
    connection.execute(FACTS)
    connection.execute(RECEIVED, {"moment": moment})
    for figure, where in dates.items():
        asked = {"figure": figure, "department": department, "year": year}
        connection.execute(DATED.format(table=where.table, key=where.key, column=where.column), asked)


def counted(connection: duckdb.DuckDBPyConnection, numerator: str, denominator: str | None, day: dt.date) -> Counted:
    """What `date_facts` found for a target, up to a day."""
    row = connection.execute(COUNTED, {"numerator": numerator, "denominator": denominator, "day": day}).fetchone()
    assert row is not None
    return Counted(*row)
