"""部门整体绩效目标监控: how far each approved target of the whole department is on a day, and how far it should be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dagster_project.contracts.load import load_contracts
from dagster_project.in_year.measured import valid_rows
from dagster_project.in_year.monitoring_entries import WHOLE, Entry
from dagster_project.in_year.outlook import GREEN, RED, YELLOW
from dagster_project.in_year.target_facts import Counted, FactDates, counted, date_facts, fact_dates
from dagster_project.publishing import PublishError, reading
from dagster_project.publishing.versions import DATABASE
from dagster_project.reporting.reading.published import rows_of, tells

if TYPE_CHECKING:
    from dagster_project.settings import Settings

BANDS, PERIODS = "monitoring_bands.csv", "monitoring_periods.csv"
BAND_SET = "targets"
NEEDED = (
    ("evaluation.evidence", "fact_key"), ("marts.fct_department_targets", "is_final"), ("marts.fct_publication_cells", "due_on"),
)  # fmt: skip
"""What the check reads, each table with a column that versions of earlier programs may lack."""
IMPOSSIBLE = "不可能"
"""The one choice of 完成目标可能性 that the ledgers prove; the others are for a person to tick."""
TARGETS = """
    select targets.*, named.numerator_figure, named.denominator_figure
    from marts.fct_department_targets as targets
    inner join received on targets.submission_id = received.submission_id
    left join evaluation.approved_targets as named on targets.department_code = named.department_code
        and targets.fiscal_year = named.fiscal_year and targets.indicator_no = named.indicator_no
    where targets.department_code = $department and targets.fiscal_year = $year and targets.approved_on <= $day
    qualify row_number() over (partition by targets.indicator_no order by targets.version desc, targets.row_number desc) = 1
    order by targets.indicator_no
"""
LEDGERS = """
    select string_split(source_ledgers, '|') from evaluation.figure_definitions
    where figure_id = ? and ? between valid_from and coalesce(valid_to, 9999)
"""
RECEIVED_LEDGERS = """
    select distinct submissions.ledger from quality.submissions as submissions
    inner join received on submissions.submission_id = received.submission_id
    where submissions.department_code = $department and submissions.fiscal_year = $year and submissions.is_current
"""


@dataclass(frozen=True)
class TargetProgress:
    """A target on a day. Rates are per cent, deviations percentage points; None where nothing is known.

    ``value`` is what was reached of what was due; ``progress`` the share of the year's target that is reached, ``expected`` what it
    should be: by the plan of the year, without a plan by the days; ``best`` what a planned rate can still reach. ``is_rate`` is false for numbers of things.
    """

    number: int
    kind: str
    name: str
    shown: str
    weight: float
    version: int
    value: float | None
    reached_zh: str
    progress: float | None
    expected: float | None
    deviation: float | None
    best: float | None
    light: str
    expected_zh: str
    likelihood: str
    note_zh: str
    is_rate: bool = True
    written: Entry | None = None


@dataclass(frozen=True)
class TargetCheck:
    """The targets of a department on a day; ``note_zh`` says why there are none. ``days_progress`` is the share of the year that is over, per cent."""

    department: str
    year: int
    day: dt.date
    days_progress: float
    targets: tuple[TargetProgress, ...]
    note_zh: str = ""

    @property
    def without_data(self) -> tuple[TargetProgress, ...]:
        """Targets of which neither the ledgers nor a form that was filled in tell anything."""
        return tuple(
            each for each in self.targets if each.value is None and not (each.written and each.written.reached)
        )

    def with_entries(self, entries: Mapping[tuple[str, str], Entry]) -> TargetCheck:
        """The same with what was last written of each target on a form that came back."""
        return replace(
            self, targets=tuple(replace(each, written=entries.get((WHOLE, each.name))) for each in self.targets)
        )


def check_day(seeds_dir: Path, year: int, today: dt.date) -> dt.date:
    """The day of the last half-yearly check of a year that was over by ``today``; before the first one, today."""
    ends = {row["ends_month_day"] for row in valid_rows(seeds_dir / PERIODS, year)}
    over = [day for each in ends if (day := dt.date.fromisoformat(f"{year}-{each}")) <= today]
    return max(over, default=min(max(today, dt.date(year, 1, 1)), dt.date(year, 12, 31)))


def target_checks(
    settings: Settings, year: int, departments: Sequence[str], day: dt.date, moment: dt.datetime | None
) -> dict[str, TargetCheck]:
    """The check of each department out of the current version; nothing dated after ``day`` or received after ``moment`` is in it.

    Args:
        settings: where the versions and the seeds are.
        year: the fiscal year.
        departments: their codes.
        day: up to which facts count; in the year.
        moment: what came in later is left out; None for all.
    """
    try:
        with (
            reading(settings.serving_dir) as version,
            duckdb.connect(str(version.path / DATABASE), read_only=True) as connection,
        ):
            if lacking := [table for table, column in NEEDED if not tells(connection, table, column)]:
                why = f"该版本由较早的程序发布,没有 {'、'.join(lacking)};请先运行一次 jixiao nightly"
                return {code: _empty(code, year, day, why) for code in departments}
            seeds = settings.dbt_project_dir / "seeds"
            ledgers = {name: each.title.zh for name, each in load_contracts(settings.contracts_dir).items()}
            return {code: check_of(connection, seeds, ledgers, code, year, day, moment) for code in departments}
    except PublishError as error:
        return {code: _empty(code, year, day, str(error)) for code in departments}


def check_of(
    connection: duckdb.DuckDBPyConnection, seeds_dir: Path, ledgers: Mapping[str, str], department: str, year: int, day: dt.date,
    moment: dt.datetime | None,
) -> TargetCheck:  # fmt: skip
    """The check of one department out of an open version; ``ledgers`` are the Chinese titles of the ledgers."""
    dates = fact_dates(seeds_dir, year)
    date_facts(connection, dates, department, year, moment)
    asked = {"department": department, "year": year}
    received = {ledger for (ledger,) in connection.execute(RECEIVED_LEDGERS, asked).fetchall()}
    bands = [row for row in valid_rows(seeds_dir / BANDS, year) if row["band_set"] == BAND_SET]
    days = _days_progress(year, day)
    found = []
    for row in rows_of(connection, TARGETS, asked | {"day": day}):
        lacking = _lacking(connection, row, dates, received, ledgers, year)
        known = None if lacking else counted(connection, row["numerator_figure"], row["denominator_figure"], day)
        found.append(progress_of(row, known, dates.get(row["denominator_figure"] or ""), days, bands, lacking))
    if not found:
        seen = f"截至 {moment:%Y-%m-%d} " if moment else "至今"
        return _empty(department, year, day, f"{seen}没有收到 {year} 年 {day} 前批复的部门整体支出绩效目标表")
    return TargetCheck(department, year, day, days, tuple(found))


def progress_of(
    row: dict[str, Any], known: Counted | None, plan: FactDates | None, days: float, bands: Sequence[dict[str, str]], lacking: str
) -> TargetProgress:  # fmt: skip
    """How far one target is.

    Args:
        row: of `fct_department_targets`, with its figures.
        known: what was counted up to the day; None where nothing can be.
        plan: of the denominator; None where there is none.
        days: the share of the year that is over, per cent.
        bands: lit below, as the seed has them.
        lacking: why nothing can be counted.
    """
    goal = _goal(row)
    is_rate = row["denominator_figure"] is not None
    value = progress = expected = best = None
    is_lost = False
    note, reached, expected_zh = lacking, "", ""
    if known is not None and is_rate:
        value = 100 * known.kept / known.due if known.due else None
        reached = f"{known.kept:g}/{known.due:g}" if known.due else ""
        note = "" if known.due else f"截至当日没有到期的事项(全年 {known.planned:g} 项)"
        if known.undated:
            note += f"{';' if note else ''}{known.undated:g} 项没有日期,没有计入"
        if plan is not None and plan.is_planned and known.planned:
            progress = 100 * known.done / (known.planned * goal / 100) if goal else None
            expected, expected_zh = 100 * known.due / known.planned, "计划进度"
            best = 100 * (known.planned - known.due + known.kept) / known.planned
        elif value is not None:
            expected, expected_zh = goal, "目标值"
            is_lost = known.kept < known.due and goal >= 100
    elif known is not None:
        value, reached = known.done, f"{known.done:g}"
        progress, expected, expected_zh = (100 * known.done / goal if goal else None), days, "序时进度"
    deviation = _deviation(row["operator"], value, goal, progress, expected, is_rate)
    is_lost = (is_lost or (best is not None and best < goal)) and row["operator"] != "≤"
    return TargetProgress(
        int(row["indicator_no"]), row["indicator_kind"], row["indicator_name"], _shown(row), float(row["weight"]), int(row["version"]),
        value, reached, progress, expected, deviation, best, RED if is_lost else _light(deviation, bands), expected_zh,
        IMPOSSIBLE if is_lost else "", note, is_rate,
    )  # fmt: skip


def _goal(row: dict[str, Any]) -> float:
    """The number that a target asks for; 100 for words, which are reached where nothing went wrong."""
    bounds = [float(each) for each in (row["low_value"], row["high_value"]) if each is not None]
    return bounds[0] if bounds else 100.0


def _deviation(
    operator: str, value: float | None, goal: float, progress: float | None, expected: float | None, is_rate: bool
) -> float | None:
    """Behind is negative; what must not be exceeded is behind only where it is exceeded already."""
    if value is None or expected is None:
        return None
    if operator == "≤":
        return min(goal - value if is_rate else 100 * (goal - value) / max(goal, 1.0), 0.0)
    return (value if progress is None else progress) - expected


def _light(deviation: float | None, bands: Sequence[dict[str, str]]) -> str:
    if deviation is None:
        return ""
    lit = {row["light"] for row in bands if float(row["bound"]) > deviation}
    return RED if RED in lit else YELLOW if YELLOW in lit else GREEN


def _shown(row: dict[str, Any]) -> str:
    words = row["operator"] in ("定性", "区间")
    return f"{'' if words else row['operator']}{row['target'] or '缺'}{'' if row['operator'] == '定性' else row['unit'] or ''}"


def _lacking(
    connection: duckdb.DuckDBPyConnection, row: dict[str, Any], dates: Mapping[str, FactDates], received: set[str],
    ledgers: Mapping[str, str], year: int,
) -> str:  # fmt: skip
    """Why the day tells nothing of a target; empty where it does."""
    if row["numerator_figure"] is None:
        return "完成值由单位填报,台账不计算;请填报截至当日的完成值"
    figures = [each for each in (row["numerator_figure"], row["denominator_figure"]) if each]
    if undated := [each for each in figures if each not in dates]:
        return f"{'、'.join(undated)} 没有按日的口径(种子表 target_fact_dates)"
    needed: set[str] = set()
    for each in figures:
        found = connection.execute(LEDGERS, [each, year]).fetchone()
        needed |= set(found[0] if found and found[0] else ())
    absent = sorted(ledgers.get(each, each) for each in needed - received)
    return f"台账没有收到:{'、'.join(absent)}" if absent else ""


def _days_progress(year: int, day: dt.date) -> float:
    first = dt.date(year, 1, 1)
    return 100 * ((day - first).days + 1) / ((dt.date(year, 12, 31) - first).days + 1)


def _empty(department: str, year: int, day: dt.date, why: str) -> TargetCheck:
    return TargetCheck(department, year, day, _days_progress(year, day), (), why)
