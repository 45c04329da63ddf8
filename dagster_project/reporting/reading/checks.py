"""The checks that stood before an indicator: of the ledgers it needs, of the tables made from them, and before publishing."""

from __future__ import annotations

from dagster_project.publishing import CHECK_RESULTS
from dagster_project.quality.check_results import CheckResult, read_check_results
from dagster_project.quality.statements import EVALUATION_TABLES
from dagster_project.reporting.reading.published import Row
from dagster_project.reporting.reading.scored_year import EvidenceFile, ScoredYear


def checks_of(year: ScoredYear) -> dict[int, list[CheckResult]]:
    """The checks behind each indicator, by its number: landing counts, then the dbt tests and suites that its version passed."""
    checks, ledger_tables = read_check_results(year.version_dir / CHECK_RESULTS)
    found = {}
    for number, figures in year.indicator_figures.items():
        ledgers = {ledger for figure in figures for ledger in (year.figures[figure]["source_ledgers"] or "").split("|")}
        tables = frozenset(EVALUATION_TABLES).union(*(ledger_tables.get(ledger, ()) for ledger in ledgers))
        landing = [_landing(year, file) for file in year.files if number in file.indicators]
        found[number] = landing + [check for check in checks if check.subject in tables]
    return found


def _landing(year: ScoredYear, file: EvidenceFile) -> CheckResult:
    """That every row which was read of a file is accounted for, with the counts."""
    rows = [row for row in year.submissions if row["submission_id"] in file.submission_ids]
    told = [row["rows_accepted"] + row["rows_rejected"] + row["rows_blank"] + row["rows_notes"] for row in rows]
    return CheckResult(
        "landing",
        f"{file.ledger} {file.file}",
        file.name,
        "; ".join(map(_landing_counts, rows)),
        stops_publishing=True,
        passed=told == [row["rows_read"] for row in rows],
        observed="",
    )


def _landing_counts(row: Row) -> str:
    return (
        f"读取 {row['rows_read']} 行 = 载入 {row['rows_accepted']} + 退回 {row['rows_rejected']} + 空行 {row['rows_blank']} "
        f"+ 表头、合计与注释 {row['rows_notes']}"
    )
