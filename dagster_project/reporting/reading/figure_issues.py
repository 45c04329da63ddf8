"""What stands before a figure: issues of its rows, rows that were rejected, files that are refused or held, with reason and remedy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from dagster_project.publishing.versions import DATABASE
from dagster_project.quality.issue_report import IssueReport, check_line, issue_line
from dagster_project.reporting.reading.published import rows_of
from dagster_project.reporting.reading.quality_words import STATES

SHOWN = 10
OF_FIGURES = """
    select issues.* from quality.issues as issues
    where exists (
        select 1 from quality.issue_effects as effects
        where effects.check_id = issues.check_id and effects.state = issues.state and list_contains($figures, effects.figure_id)
            and effects.fiscal_year = $year and effects.department_code = $department
            and (issues.department_code is null or issues.department_code = $department)
    ) and (
        issues.source_row_count <> 1
        or exists (
            select 1 from evaluation.evidence as evidence
            where evidence.submission_id = issues.submission_id and coalesce(evidence.sheet, '') = coalesce(issues.sheet, '')
                and evidence.row_number = issues.row_number and list_contains($figures, evidence.figure_id)
                and evidence.fiscal_year = $year and evidence.department_code = $department
        )
        or exists (
            select 1 from evaluation.figure_definitions as definitions
            where issues.check_id = 'rejected_row' and list_contains($figures, definitions.figure_id)
                and $year between definitions.valid_from and coalesce(definitions.valid_to, 9999)
                and '|' || definitions.source_ledgers || '|' like '%|' || issues.ledger || '|%'
                and issues.fiscal_year = $year + definitions.ledger_year_offset
        )
    )
    order by check_id, issue_no
"""


def lines_before(version_dir: Path, figure_ids: Sequence[str], fiscal_year: int, department_code: str) -> list[str]:
    """What stands before figures, in lines: each check with its effect on them, then its rows; empty where nothing does.

    Args:
        version_dir: of a published version.
        figure_ids: the figure and, of a ratio, its two.
        fiscal_year: the year.
        department_code: the department.
    """
    key = {"figures": list(figure_ids), "year": fiscal_year, "department": department_code}
    with duckdb.connect(str(version_dir / DATABASE), read_only=True) as connection:
        try:
            effects = rows_of(
                connection,
                """select * from quality.issue_effects
                where list_contains($figures, figure_id) and fiscal_year = $year and department_code = $department""",
                key,
            )
        except duckdb.CatalogException:  # a version of an older release
            return []
        checks = {
            row["check_id"]: row
            for row in rows_of(connection, "select * from quality.checks where issue_count > 0", [])
        }
        issues = rows_of(connection, OF_FIGURES, key)
    lines = []
    for state, word in STATES.items():
        of_state = sorted({effect["check_id"] for effect in effects if effect["state"] == state})
        for check_id in of_state:
            rows = [row for row in issues if (row["check_id"], row["state"]) == (check_id, state)]
            own = [effect for effect in effects if effect["state"] == state]
            counted = {**checks[check_id], "open_count": len(rows), "accepted_count": len(rows)}
            lines.append(f"  {word}{check_line(IssueReport(effects=own), counted, state).strip()}")
            for row in rows[:SHOWN]:
                reason = f"。认可理由:{row['reason_zh']}" if row["reason_zh"] else ""
                lines.append(f"    {issue_line(row)}{reason}")
            if len(rows) > SHOWN:
                lines.append(f"    另有 {len(rows) - SHOWN:,} 处,见 quality.issues")
    return lines
