"""A look at the running year of a department from a moment: the outlook, what can be done, what does not fit; nothing later is seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dagster_project.in_year.action_states import Entry, entries_of, no_longer_proposed, with_states
from dagster_project.in_year.actions import Action, proposed
from dagster_project.in_year.commitments import Commitment, Commitments, committed, learned
from dagster_project.in_year.items import items_of
from dagster_project.in_year.known import LEDGERS, known_at
from dagster_project.in_year.known_projects import project_years
from dagster_project.in_year.measured import BACK_TEST, SETTINGS, Measured, measured, seed_rows, valid_rows
from dagster_project.in_year.outlook import YearOutlook, year_outlook
from dagster_project.in_year.project_years import MONTHS, Key, ProjectYear
from dagster_project.in_year.seasons import Seasons
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.ingestion.submissions import entries_in
from dagster_project.quality.held_back import after_by_department, noted_holds

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from dagster_project.settings import Settings

FIRST_MONTH = 3
"""The first month whose end a year end is forecast from."""


class NothingToForecast(LookupError):
    """There is nothing to forecast; the message says what is lacking and what to do."""


@dataclass(frozen=True)
class Look:
    """What is seen of a department's year. ``errors`` is the row of the back-test for this month, None where it has none.

    ``settled`` is what the ledger of actions says of actions that are not proposed any more.
    """

    outlook: YearOutlook
    actions: tuple[Action, ...]
    errors: dict[str, str] | None
    notes: tuple[str, ...]
    settled: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class YearBefore:
    """The year before as it was known on the same day of that year."""

    projects: dict[Key, ProjectYear]
    committed: dict[Key, Commitment]


def looks(settings: Settings, year: int, moment: dt.datetime | None, department: str = "") -> list[Look]:
    """One look per department that has a budget of the year, in order of their codes.

    Args:
        settings: where the landing zone and the seeds are.
        year: the fiscal year.
        moment: in Asia/Shanghai without a time zone; None for now.
        department: of this one only.

    Raises:
        NothingToForecast: nothing was landed yet, no department has a budget of the year, or this one has none.
        MeasuredError: a setting of the forecast is missing.
    """
    with seen_at(settings, moment) as connection:
        return looks_in(connection, project_years(connection), settings, year, moment, department)


def looks_in(
    connection: duckdb.DuckDBPyConnection,
    known: Sequence[ProjectYear],
    settings: Settings,
    year: int,
    moment: dt.datetime | None,
    department: str = "",
) -> list[Look]:
    """The same of ledgers that :func:`seen_at` opened for the moment, raised likewise; ``known`` are their projects of all years."""
    seeds = settings.dbt_project_dir / "seeds"
    given = measured(seeds, year)
    before = _year_before(settings, seeds, year, moment)
    departments = sorted({each.department for each in known if each.year == year and each.budget > 0})
    wanted = [each for each in departments if department in ("", each)]
    if not wanted:
        of_whom = f"部门 {department}" if department else "各部门"
        there = f";有预算的部门:{'、'.join(departments)}" if departments else ""
        raise NothingToForecast(f"{of_whom} 还没有 {year} 年的预算指标{there};请先报送预算指标台账并运行 jixiao land")
    found = []
    for code in wanted:
        mine = [each for each in known if each.year < year and each.is_whole and each.department == code]
        outlook = outlook_of(connection, known, before, given, _committed(connection, known, year, code), year, code)
        actions = proposed(connection, outlook, given, seeds) if outlook.month < MONTHS else []
        entries = entries_of(connection, code, year)
        actions, settled = with_states(actions, entries), no_longer_proposed(actions, entries)
        notes = tuple(_notes(outlook, mine))
        found.append(Look(outlook, tuple(actions), back_test(seeds, outlook), notes, tuple(settled)))
    return found


def outlook_of(
    connection: duckdb.DuckDBPyConnection,
    known: Sequence[ProjectYear],
    before: YearBefore,
    given: Measured,
    signed: Mapping[Key, Commitment],
    year: int,
    department: str,
) -> YearOutlook:
    """The outlook of a department that has projects of the year.

    Args:
        connection: ledgers as `in_year.known.known_at` or `in_year.published.published_ledgers` show them.
        known: the projects of all years and departments in them.
        before: the year before as it was known on the same day.
        given: the settings in force in the year.
        signed: what contracts leave unpaid in the year.
        year: the fiscal year.
        department: its code.
    """
    projects = [each for each in known if (each.department, each.year) == (department, year)]
    history = [each for each in known if each.year < year and each.is_whole]
    own = [each for each in history if each.department == department] or history
    growth = _growth(own, before, year - 1)
    contracts = _commitments(signed, projects, own, before, given)
    return year_outlook(projects, own, given, growth, items_of(connection, department, year), contracts)


def year_before(connection: duckdb.DuckDBPyConnection, year: int) -> YearBefore:
    """What the ledgers that a connection shows tell of the year before ``year``."""
    projects = {each.key: each for each in project_years(connection) if each.year == year - 1}
    month = max((each.known_months for each in projects.values()), default=0)
    return YearBefore(projects, committed(connection, year - 1, month))


def official_names(settings: Settings) -> dict[str, str]:
    """The full names of the departments in the register, by code."""
    rows = seed_rows(settings.dbt_project_dir / "seeds" / "departments.csv")
    return {row["department_code"]: row["official_name_zh"] or row["name_zh"] for row in rows}


def seen_at(settings: Settings, moment: dt.datetime | None) -> duckdb.DuckDBPyConnection:
    """The rows of the ledgers of `known.LEDGERS` as they count at a moment; None for now.

    Raises:
        NothingToForecast: nothing was landed yet, or by a version that knew fewer ledgers.
        duckdb.Error: landed rows cannot be read.
    """
    if not entries_in(settings.landing_dir):
        raise NothingToForecast("还没有载入任何台账;请先运行 jixiao nightly")
    if not all((settings.landing_dir / ledger / "schema.parquet").is_file() for ledger in LEDGERS):
        raise NothingToForecast("台账由旧版本载入;请先运行一次 jixiao land")
    seeds = settings.dbt_project_dir / "seeds"
    return known_at(settings.landing_dir, settings.contracts_dir, seeds, moment, _held_back(settings, moment))


def monthly(settings: Settings, year: int, moment: dt.datetime | None, department: str) -> list[YearOutlook]:
    """What each month's run from March on told of a department, as of the run day of the month after; up to a moment."""
    seeds = settings.dbt_project_dir / "seeds"
    day = int(next(float(row["value"]) for row in valid_rows(seeds / SETTINGS, year)
                   if row["setting"] == "monthly_run_day"))  # fmt: skip
    until = moment or dt.datetime.max
    found: list[YearOutlook] = []
    for month in range(FIRST_MONTH, MONTHS + 1):
        run = dt.datetime(year + month // MONTHS, month % MONTHS + 1, day, 23, 59, 59)
        if run > until:
            break
        outlook = looks(settings, year, run, department)[0].outlook
        if found and outlook.month <= found[-1].month:
            continue
        found.append(outlook)
    return found


def _held_back(settings: Settings, moment: dt.datetime | None) -> dict[str, int]:
    """Whose last hand-ins do not count for now; a look back asks what was handed in, as a night does."""
    return {} if moment else after_by_department(noted_holds(settings))


def _year_before(settings: Settings, seeds: Path, year: int, moment: dt.datetime | None) -> YearBefore:
    now = moment or dt.datetime.now(SHANGHAI).replace(tzinfo=None)
    then = (
        now.replace(year=year - 1, day=min(now.day, 28)) if now.year == year else dt.datetime(year - 1, 12, 31, 23, 59)
    )
    with known_at(settings.landing_dir, settings.contracts_dir, seeds, then) as connection:
        return year_before(connection, year)


def _growth(history: Sequence[ProjectYear], before: YearBefore, year: int) -> dict[str, float]:
    """By kind of spending, how much the budget of the year before grew from the same day on."""
    found = {}
    for kind in {each.kind for each in history}:
        of_kind = [each for each in history if each.kind == kind and each.year == year]
        early = sum(before.projects[each.key].budget for each in of_kind if each.key in before.projects)
        late = sum(each.budget for each in of_kind)
        found[kind] = late / early - 1 if early > 0 else 0.0
    return found


def _committed(
    connection: duckdb.DuckDBPyConnection, known: Sequence[ProjectYear], year: int, department: str
) -> dict[Key, Commitment]:
    month = next(each.known_months for each in known if (each.department, each.year) == (department, year))
    return committed(connection, year, month)


def _commitments(
    now: Mapping[Key, Commitment],
    projects: Sequence[ProjectYear],
    history: Sequence[ProjectYear],
    before: YearBefore,
    given: Measured,
) -> Commitments:
    """What contracts leave unpaid, and what such contracts told a year before."""
    seasons = Seasons(history, given)
    ended = {each.key: each for each in history if each.year == projects[0].year - 1}
    then = {key: before.projects[key] for key in before.committed if key in ended and key in before.projects}
    shares = {
        key: float(seasons.of(each).share[each.known_months - 1]) for key, each in then.items() if each.known_months
    }
    return learned(now, before.committed, before.projects, ended, shares)


def back_test(seeds: Path, outlook: YearOutlook) -> dict[str, str] | None:
    """What the back-test measured of forecasts made after the month of an outlook; None where it has no such month."""
    rows = valid_rows(seeds / BACK_TEST, outlook.year)
    return next((row for row in rows if int(row["month_no"]) == outlook.month), None)


def _notes(outlook: YearOutlook, mine: Sequence[ProjectYear]) -> list[str]:
    notes = []
    if not mine:
        notes.append("本部门没有一个完整的以往年度:季节进度取自同类部门或种子表 forecast_settings 的默认值,区间较宽")
    for each in outlook.projects:
        gap = each.project.registered_gap
        if abs(gap) >= 1:
            notes.append(
                f"{each.project.name}({each.project.code}):年初指标合计比项目库年初预算{'多' if gap < 0 else '少'} "
                f"{abs(gap):,.2f} 元,按项目库计算;请核对预算指标台账"
            )
    if outlook.month < FIRST_MONTH:
        notes.append(f"支付明细只到 {outlook.month} 月;满 {FIRST_MONTH} 个月后的预测才有回测误差")
    return notes
