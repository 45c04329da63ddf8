"""绩效运行监控: what the form of each project above the bound starts from, with what was told at its last monitoring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagster_project.in_year.measured import GOAL, MeasuredError, valid_rows
from dagster_project.in_year.monitoring_choices import form_choices
from dagster_project.in_year.monitoring_entries import Entry, entries_of
from dagster_project.in_year.outlook import ProjectOutlook, YearOutlook
from dagster_project.in_year.targets import TargetForm, project_forms

if TYPE_CHECKING:
    import duckdb

STANDARD_KIND = "基本支出"
"""What is reckoned by posts and standards, not by performance (`spending_kinds`)."""
THRESHOLD = "monitor_threshold_yuan"
INITIAL = """
    select project_code, cast(initial_budget_yuan as double) from projects
    where department_code = $department and period_year = $year and initial_budget_yuan >= $threshold
"""
"""The bound is held against the initial budget, and holds it."""
RECORDS = """
    select project_code, monitoring_period, cast(target_progress_pct as double), deviation_zh, measure_taken_zh
    from monitoring_records where department_code = $department and period_year = $year
    order by project_code, monitoring_period
"""


@dataclass(frozen=True)
class MonitoringRecord:
    """What was told of a project at one monitoring: progress of its targets in per cent, None where it was not told."""

    period: str
    target_progress: float | None
    deviation_zh: str
    measure_zh: str


@dataclass(frozen=True)
class MonitoringForm:
    """A project above the bound: its outlook, initial budget in yuan, targets (None where none are approved), what was told so far, and the choices of fields that are ticked.

    ``entries`` are what was last written of its indicators on forms that came back.
    """

    outlook: ProjectOutlook
    initial: float
    targets: TargetForm | None
    records: tuple[MonitoringRecord, ...]
    choices: Mapping[str, tuple[str, ...]]
    entries: tuple[Entry, ...] = ()

    def ticked(self, field: str) -> str:
        """The choices of a field, each with a box to tick."""
        return " ".join(f"□{choice}" for choice in self.choices.get(field, ()))


def monitoring_forms(
    connection: duckdb.DuckDBPyConnection, outlook: YearOutlook, seeds_dir: Path
) -> Sequence[MonitoringForm]:
    """The forms of a department, the largest project first.

    Raises:
        MeasuredError: the bound is not in the seeds for this year.
    """
    department, year = outlook.department, outlook.year
    bounds = [float(row["value"]) for row in valid_rows(seeds_dir / GOAL, year) if row["parameter"] == THRESHOLD]
    if not bounds:
        raise MeasuredError(f"种子表 {GOAL} 没有 {year} 年的 {THRESHOLD};请补上")
    asked = {"department": department, "year": year}
    initial = dict(connection.execute(INITIAL, asked | {"threshold": bounds[0]}).fetchall())
    records: dict[str, list[MonitoringRecord]] = defaultdict(list)
    for code, period, progress, deviation, measure in connection.execute(RECORDS, asked).fetchall():
        records[code].append(MonitoringRecord(period, progress, deviation or "", measure or ""))
    forms = {form.code: form for form in project_forms(connection, department, year)}
    choices = form_choices(seeds_dir, year)
    written: dict[str, list[Entry]] = defaultdict(list)
    for (code, _), entry in entries_of(connection, seeds_dir, department, year, outlook.last_day).items():
        written[code].append(entry)
    found = [
        MonitoringForm(each, initial[code], forms.get(code), tuple(records[code]), choices, tuple(written[code]))
        for each in outlook.projects
        if (code := each.project.code) in initial and each.project.kind != STANDARD_KIND
    ]
    return sorted(found, key=lambda form: (-form.initial, form.outlook.project.code))
