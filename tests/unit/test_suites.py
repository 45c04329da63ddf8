"""Expectation suites on a real DuckDB file: what stops publishing, what only warns, and what a broken suite says."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import duckdb
import great_expectations as gx
import pytest

from dagster_project.quality.suites import SuiteResult, run_suites


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema marts; create schema evaluation; create schema quality; create table marts.things as select range as i, range - 1 as v from range(10)"
        )
    return path


def result_of(warehouse: Path, *expectations: object) -> SuiteResult:
    module = SimpleNamespace(
        TABLE="marts.things", suite=lambda: gx.ExpectationSuite(name="things", expectations=list(expectations))
    )
    (result,) = run_suites(warehouse, [module])  # type: ignore[list-item]
    return result


def unexpected(query: str, severity: str) -> object:
    return gx.expectations.UnexpectedRowsExpectation(
        unexpected_rows_query=query, severity=severity, notes="why it matters"
    )


def test_a_critical_finding_stops_publishing_and_says_why(warehouse: Path) -> None:
    result = result_of(warehouse, unexpected("select * from {batch} where v < 0", "critical"))
    assert not result.passed
    (finding,) = result.findings
    assert (finding.table, finding.severity, finding.why) == ("marts.things", "critical", "why it matters")
    assert "1" in finding.observed


def test_a_warning_is_told_and_does_not_stop_publishing(warehouse: Path) -> None:
    result = result_of(warehouse, unexpected("select * from {batch} where v < 0", "warning"))
    assert result.passed and len(result.findings) == 1


def test_a_misspelt_column_is_a_failure_with_its_reason(warehouse: Path) -> None:
    result = result_of(warehouse, gx.expectations.ExpectColumnValuesToNotBeNull(column="vv", severity="critical"))
    assert not result.passed
    assert "vv" in result.findings[0].observed


def test_what_holds_has_no_finding(warehouse: Path) -> None:
    result = result_of(warehouse, gx.expectations.ExpectColumnValuesToBeUnique(column="i", severity="critical"))
    assert [outcome.passed for outcome in result.outcomes] == [True]
    assert result.passed and result.findings == []


def test_the_file_is_free_again_afterwards(warehouse: Path) -> None:
    result_of(warehouse, gx.expectations.ExpectColumnValuesToBeUnique(column="i"))
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table marts.more as select 1 as i")
