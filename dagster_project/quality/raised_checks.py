"""Checks that one department raised to stop publishing: what of its rows breaks them is told like a rule that stops, so that it is held back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster_project.ingestion.sql import literal
from dagster_project.quality.broken_rows import RowNames
from dagster_project.quality.check_results import read_run
from dagster_project.quality.issue_checks import ERROR, IssueCheck, all_checks
from dagster_project.quality.rule_catalogue import FATAL, CatalogueRule
from dagster_project.quality.severity_changes import IN_FORCE, SEVERITIES_FILE, SeverityChange, last_day, read_changes
from dagster_project.quality.suites import CRITICAL, Outcome, SuiteResult

if TYPE_CHECKING:
    from dagster_project.settings import Settings

CHECKS = "quality.checks"
"""Has what is found in no published table."""
FILES_OF = "select submission_id from quality.submissions where department_code = {department}"


def raised(
    settings: Settings,
    manifest: Mapping[str, Any],
    found: Sequence[SuiteResult],
    rules: Sequence[CatalogueRule],
    as_of: str = "",
) -> list[SuiteResult]:
    """The results with one outcome more for each raised check that rows of its department break; nothing is asked where none is raised.

    Args:
        settings: where the warehouse and the seeds are.
        manifest: of dbt.
        found: what the rules before publishing found.
        rules: the catalogue, which knows how grave each rule is.
        as_of: the moment that was built for; empty for now.
    """
    path = settings.dbt_project_dir / "seeds" / SEVERITIES_FILE
    if not path.is_file() or f",{FATAL}," not in path.read_text(encoding="utf-8-sig"):
        return list(found)
    with RowNames(settings, manifest["nodes"]) as names:
        day = dt.datetime.fromisoformat(as_of).date() if as_of else last_day(names.connection)
        changes = read_changes(path.parent, rules, day)
        lines = [line for line in changes if line.state == IN_FORCE and line.severity == FATAL]
        checks = {
            check.check_id: check for check in all_checks(found, manifest, read_run(settings.dbt_target_dir), names)
        }
        more = [
            outcome
            for line in lines
            if (check := checks.get(line.rule_id)) and check.sql and check.severity != ERROR
            if (outcome := _outcome(line, check, names, {result.table for result in found}))
        ]
    return [
        SuiteResult(result.table, (*result.outcomes, *(each for each in more if each.table == result.table)))
        for result in found
    ]


def _outcome(line: SeverityChange, check: IssueCheck, names: RowNames, published: Collection[str]) -> Outcome | None:
    """What stops publishing: the rows of the department that break the check; None where there are none."""
    columns = names.columns(f"({check.sql})")
    department = literal(line.department)
    if "department_code" in columns:
        own = f"department_code = {department}"
    elif "submission_id" in columns:
        own = f"submission_id in ({FILES_OF.format(department=department)})"
    else:
        return None
    sql = f"select * from ({check.sql}) where {own}"
    (count,) = names.connection.execute(f"select count(*) from ({sql})").fetchall()[0]
    if not count:
        return None
    place = f"{SEVERITIES_FILE} 第 {line.line_no} 行"
    why = f"{check.rule}({place}:{line.text_zh})"
    table = next((each for each in check.tables if each in published), CHECKS)
    return Outcome(table, CRITICAL, check.check_id, why, False, f"{count} 行不符", sql)
