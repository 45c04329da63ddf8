"""The ledgers of money as a published version has them, seen up to a day: a forecast of every month out of one version.

What was received when is not in the tables. A look back from here sees corrections of later months too; `in_year.look` does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.in_year.commitments import committed
from dagster_project.in_year.known_projects import project_years
from dagster_project.in_year.look import FIRST_MONTH, back_test, outlook_of, year_before
from dagster_project.in_year.measured import Measured, measured
from dagster_project.in_year.outlook import YearOutlook
from dagster_project.in_year.project_years import MONTHS, ProjectYear
from dagster_project.ingestion.dates_sql import first_and_last_day
from dagster_project.ingestion.sql import literal
from dagster_project.publishing import DATABASE

VIEWS = """
    create temp table seen (until date);
    create temp table months_handed_in (department_code varchar, period_year integer, period varchar, month_end date);
    create temp view spending_kinds as select * from read_csv({kinds}, all_varchar = true);
    create temp view payments as
        select *, cast(month(cleared_on) as integer) as month_no, cast(null as varchar) as project_name
        from marts.fct_payments where cleared_on <= (select until from seen);
    create temp view budget_allocations as
        select *, cast(null as varchar) as project_name
        from marts.fct_budget_allocations where issued_on <= (select until from seen);
    create temp view projects as select *, fiscal_year as period_year from marts.dim_project_yearly;
    create temp view contracts as
        select *, fiscal_year as period_year from marts.fct_contracts where signed_on <= (select until from seen);
    create temp view procurements as select *, fiscal_year as period_year from marts.fct_procurements;
    create temp view spending_forecasts as
        select * exclude (made_in_quarter, forecast_quarter), fiscal_year || 'Q' || quarter_no as forecast_quarter,
            case when regexp_full_match(made_in_quarter, '[0-9]{{4}}Q[1-4]') then made_in_quarter end as made_in_quarter
        from marts.fct_spending_forecasts
        where made_in_quarter <= (select year(until) || 'Q' || (month(until) // 3) from seen);
    create temp view submissions as
        select 'payments' as ledger, department_code, period_year, period from months_handed_in
        where month_end <= (select until from seen);
"""
"""The views of `in_year.known.known_at` that forecasts read, over the tables of a version; what is dated later than ``seen`` is not there.

A forecast made in a quarter counts from the quarter's last month on. Payments and allocations have no project's name: the register has it.
"""
NEEDED = (
    ("marts.fct_payments", "cleared_on"), ("marts.fct_budget_allocations", "issued_on"), ("marts.dim_project_yearly", "initial_budget_yuan"),
    ("marts.fct_contracts", "signed_on"), ("marts.fct_procurements", "project_code"), ("marts.fct_spending_forecasts", "made_in_quarter"),
    ("quality.submissions", "is_current"),
)  # fmt: skip
"""Tables that forecasts read, each with a column that versions of earlier programs may lack."""
PAID_PERIODS = """
    select distinct department_code, fiscal_year, period from quality.submissions
    where ledger = 'payments' and is_current and status = 'landed' order by all
"""


@dataclass(frozen=True)
class MonthOutlook:
    """The year end as seen after a month, and what the back-test measured of such forecasts (None: it has no such month)."""

    outlook: YearOutlook
    errors: dict[str, str] | None


@dataclass(frozen=True)
class YearForecast:
    """The forecasts of a department's year, a month each; ``acting_until`` is the month in which money can still be given back."""

    months: Sequence[MonthOutlook]
    acting_until: int
    interval: float

    @property
    def is_over(self) -> bool:
        """Whether the year is known to its end."""
        return self.months[-1].outlook.month == MONTHS

    @property
    def told(self) -> MonthOutlook:
        """The forecast that projects are shown of: the last one, of a year that is over the last one that could still be acted on.

        A department whose budget came after that has no such month; then it is the first one.
        """
        if not self.is_over:
            return self.months[-1]
        early = [each for each in self.months if each.outlook.month < self.acting_until]
        return early[-1] if early else self.months[0]


def forecasts(
    version_dir: Path, seeds_dir: Path, year: int, departments: Collection[str] | None = None
) -> Mapping[str, YearForecast]:
    """The forecasts of a year by department, month by month from `FIRST_MONTH` on, as far as payments were handed in.

    Args:
        version_dir: the folder of a published version.
        seeds_dir: for settings and back-test.
        year: the fiscal year.
        departments: of these only; None for all.

    Returns:
        departments with a budget of the year whose payments reach to `FIRST_MONTH` at least.

    Raises:
        MeasuredError: a setting of the forecast is missing for the year.
        duckdb.Error: the version lacks a table.
    """
    given = measured(seeds_dir, year)
    found: dict[str, list[MonthOutlook]] = {}
    with published_ledgers(version_dir, seeds_dir) as connection:
        for month in range(FIRST_MONTH, MONTHS + 1):
            for outlook in _outlooks(connection, given, year, month, departments):
                found.setdefault(outlook.department, []).append(MonthOutlook(outlook, back_test(seeds_dir, outlook)))
    return {
        department: YearForecast(months, given.return_month, given.interval)
        for department, months in sorted(found.items())
    }


def _outlooks(
    connection: duckdb.DuckDBPyConnection, given: Measured, year: int, month: int, departments: Collection[str] | None
) -> list[YearOutlook]:
    """The outlooks of the departments whose payments reach to a month of the year."""
    see(connection, _last_day(year - 1, month))
    before = year_before(connection, year)
    see(connection, _last_day(year, month))
    known = project_years(connection)
    reaching: dict[str, list[ProjectYear]] = {}
    for each in known:
        is_asked = departments is None or each.department in departments
        if is_asked and each.year == year and each.known_months == month:
            reaching.setdefault(each.department, []).append(each)
    signed = committed(connection, year, month)
    return [
        outlook_of(connection, known, before, given, signed, year, department)
        for department, projects in sorted(reaching.items())
        if any(each.budget > 0 for each in projects)
    ]


def published_ledgers(version_dir: Path, seeds_dir: Path) -> duckdb.DuckDBPyConnection:
    """A version, opened for reading, with the views that forecasts read; `see` says up to which day they show rows."""
    connection = duckdb.connect(str(version_dir / DATABASE), read_only=True)
    connection.execute(VIEWS.format(kinds=literal(str(seeds_dir / "spending_kinds.csv"))))
    connection.execute("insert into seen values (null)")
    months = {
        (department, year, month)
        for department, year, period in connection.execute(PAID_PERIODS).fetchall()
        for month in range(first_and_last_day(period)[0].month, first_and_last_day(period)[1].month + 1)
    }
    for department, year, month in sorted(months):
        row = [department, year, f"{year}-{month:02d}", _last_day(year, month)]
        connection.execute("insert into months_handed_in values (?, ?, ?, ?)", row)
    return connection


def see(connection: duckdb.DuckDBPyConnection, until: dt.date) -> None:
    """Show the rows up to a day."""
    connection.execute("update seen set until = ?", [until])


def _last_day(year: int, month: int) -> dt.date:
    return first_and_last_day(f"{year}-{month:02d}")[1]
