"""The second round of a build: the departments at fault are held back, and everything is built again for the others.

Who is held back is decided here, by rule:

* every row that stops publishing must belong to a department with hand-ins that readers do not have yet; where one does not,
  nobody is held back, since the fault may lie in the models, the seeds or between departments;
* a department falls back on the hand-ins of the version that readers have; one that has none there is left out, but for the
  office's own: a version without it would answer no question of the office;
* nobody is held back where nothing else would go out: no other department has anything new, and readers have no hold already;
* a look back takes the holds that readers had then, and makes none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.building.dbt_process import DbtProcess, build_arguments
from dagster_project.building.landed import prove_landed
from dagster_project.building.one_at_a_time import BuildLock
from dagster_project.building.warehouse_file import begin_anew
from dagster_project.ingestion.held_back import recorded
from dagster_project.ingestion.periods import moment_of
from dagster_project.ingestion.standing import COUNTED
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.publishing.versions import current_name
from dagster_project.quality.broken_rows import RowNames
from dagster_project.quality.check_results import read_run
from dagster_project.quality.departments_at_fault import AtFault, departments_at_fault
from dagster_project.quality.held_back import Hold, after_by_department, note_holds, noted_holds
from dagster_project.quality.suites import SuiteResult
from dagster_project.settings import Settings

SUBMISSIONS = "quality/submissions.parquet"


def holds_after(
    settings: Settings, manifest: Mapping[str, Any], suites: Sequence[SuiteResult] = (), as_of: str = ""
) -> list[Hold]:
    """Whom to hold back after a build that may not be published; none where this is no way out, or was tried.

    Args:
        settings: where the warehouse, the log and the published versions are.
        manifest: of dbt.
        suites: what the rules before publishing found; none where dbt broke off.
        as_of: the moment that was built for; empty for now.
    """
    if noted_holds(settings) or not settings.warehouse_path.is_file():
        return []
    try:
        run = read_run(settings.dbt_target_dir)
        with RowNames(settings, manifest["nodes"], is_built=bool(suites)) as names:
            fault = departments_at_fault(names, suites, manifest, run, settings.issue_rows)
    except (OSError, duckdb.CatalogException):  # dbt broke off before there was anything to look into
        return []
    log = SubmissionLog(settings.landing_dir / LOG_NAME)
    entries = [entry for entry in log.entries if entry.status in COUNTED]
    if as_of:
        moment = moment_of(as_of)
        seen = [entry for entry in entries if entry.holds_from <= moment]
        return holds_of(fault, seen, _recorded(settings, seen))
    counts, held_before = _published(settings)
    after = last_good(entries, counts)
    found = holds_of(fault, entries, after)
    held = {hold.department_code for hold in found}
    if any(hold.department_code == settings.department_code and not hold.after_log_no for hold in found):
        return []
    others_wait = with_news(entries, after) - held
    return found if others_wait or held <= held_before else []


def begin_second_round(settings: Settings, holds: Sequence[Hold], as_of: str, lock: BuildLock) -> DbtProcess:
    """Begin to build everything again without what is held back; the caller reads what dbt says, to its end.

    Raises:
        LandedError: what is to be fallen back on is gone or changed.
    """
    prove_landed(settings, as_of, after_by_department(holds))
    begin_anew(settings)
    note_holds(settings, holds)
    dbt = DbtProcess(settings)
    dbt.wait_until_parsed()
    lock.note_dbt(dbt.process.pid)
    dbt.start(build_arguments(as_of, after_by_department(holds)))
    return dbt


def last_good(entries: Sequence[Submission], counts: Mapping[str, int]) -> dict[str, int]:
    """The last entry of each department that readers have: the log only grows, so that their first ones are those.

    Args:
        entries: of the log, those that say which rows count.
        counts: how many of them the version has that readers have, by department.
    """
    of_department: dict[str, list[int]] = {}
    for entry in entries:
        of_department.setdefault(entry.department_code, []).append(entry.log_no)
    return {
        department: numbers[min(counts[department], len(numbers)) - 1] if counts.get(department) else 0
        for department, numbers in of_department.items()
    }


def with_news(entries: Sequence[Submission], after: Mapping[str, int]) -> set[str]:
    """The departments with entries that readers do not have."""
    return {each.department_code for each in news_of(entries, after)}


def news_of(entries: Iterable[Submission], after: Mapping[str, int]) -> list[Submission]:
    """The entries that readers do not have, of departments of which it is known what they have."""
    return [each for each in entries if each.log_no > after.get(each.department_code, each.log_no)]


def holds_of(fault: AtFault, entries: Sequence[Submission], after: Mapping[str, int]) -> list[Hold]:
    """The holds that take away everything at fault; none where a row is of nobody who has anything new.

    Args:
        fault: what stops publishing, laid to departments.
        entries: of the log, those that say which rows count.
        after: the last entry of each department that readers have.
    """
    news = with_news(entries, after)
    if not fault.departments or not all(departments & news for departments in fault.departments):
        return []
    held = set().union(*fault.departments) & news
    # A file that was booked from one department to another is either's: they go back together.
    while fresh := _sharing(entries, after, held) & news - held:
        held |= fresh
    until = {entry.department_code: entry.log_no for entry in entries}
    fresh_ids = {each.submission_id for each in news_of(entries, after)}
    rows = sorted(dict.fromkeys(fault.rows), key=lambda row: row.submission_id not in fresh_ids)
    return [
        Hold(
            department,
            after[department],
            until[department],
            tuple(row for row in rows if row.department_code == department),
        )
        for department in sorted(held)
    ]


def _sharing(entries: Sequence[Submission], after: Mapping[str, int], held: set[str]) -> set[str]:
    fresh = news_of(entries, after)
    files = {(entry.ledger, entry.file) for entry in fresh if entry.department_code in held}
    return {entry.department_code for entry in fresh if (entry.ledger, entry.file) in files}


def _published(settings: Settings) -> tuple[dict[str, int], set[str]]:
    """How many entries of each department count in the version that readers have, and who is held back in it."""
    name = current_name(settings.serving_dir)
    if name is None:
        return {}, set()
    path: Path = settings.serving_dir / "versions" / name / SUBMISSIONS
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select department_code, status = 'held_back', count(*) from read_parquet('{path}')"
            f" where status in ('held_back', {', '.join(repr(status) for status in COUNTED)}) group by all"
        ).fetchall()
    counts = {department: count for department, is_held, count in rows if not is_held}
    return counts, {department for department, is_held, _ in rows if is_held}


def _recorded(settings: Settings, seen: Sequence[Submission]) -> dict[str, int]:
    """What the departments fell back on at a moment, of those that were held back then."""
    last = {entry.department_code: entry.log_no for entry in seen}
    return {
        hold.department_code: hold.after_log_no
        for hold in recorded(settings.landing_dir)
        if hold.after_log_no < last.get(hold.department_code, 0) <= hold.until_log_no
    }
