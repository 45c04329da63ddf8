"""What the checks said is written down for one state of the warehouse, and publishing demands it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dagster_project.quality.check_results import (
    NotChecked,
    demand_check_results,
    read_check_results,
    write_check_results,
)
from dagster_project.quality.suites import Outcome, SuiteResult

MODEL = "model.jixiao.fct_payments"
MANIFEST = {
    "nodes": {
        "model.jixiao.stg_budget__payments": {
            "resource_type": "model", "schema": "staging", "name": "stg_budget__payments", "depends_on": {"nodes": []},
        },
        MODEL: {
            "resource_type": "model", "schema": "marts", "name": "fct_payments",
            "depends_on": {"nodes": ["model.jixiao.stg_budget__payments"]},
            "config": {"meta": {"key": ["department_code", "voucher_no"], "repeated_key": "A voucher counts twice."}},
        },
        "test.jixiao.voucher_stands_once": {
            "resource_type": "test", "name": "voucher_stands_once", "description": "A voucher\n counts once.",
            "config": {"severity": "ERROR"}, "depends_on": {"nodes": [MODEL]},
        },
    }
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a warehouse and what dbt wrote about it."""
    (tmp_path / "warehouse").write_bytes(b"rows")
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    return tmp_path


def write(
    office: Path,
    *,
    suite_passed: bool = True,
    severity: str = "critical",
    test_status: str = "pass",
    model_status: str = "success",
) -> Path:
    run = {
        "results": [
            {"unique_id": MODEL, "status": model_status, "message": "OK"},
            {"unique_id": "test.jixiao.voucher_stands_once", "status": test_status, "failures": 3},
        ]
    }
    (office / "run_results.json").write_text(json.dumps(run), encoding="utf-8")
    outcome = Outcome("marts.fct_payments", severity, "expect_unique {}", "一张凭证只计一次", suite_passed, "7")
    path = office / "check_results.json"
    write_check_results(path, office / "warehouse", [SuiteResult("marts.fct_payments", (outcome,))], office)
    return path


def test_results_hold_every_check_and_the_tables_of_each_ledger(office: Path) -> None:
    path = write(office, suite_passed=False, severity="warning")
    assert demand_check_results(path, office / "warehouse") == path, "a warning stops nothing"
    checks, tables = read_check_results(path)
    assert [(c.kind, c.subject, c.rule, c.stops_publishing, c.passed, c.observed) for c in checks] == [
        ("contract", "marts.fct_payments", "(department_code, voucher_no) A voucher counts twice.", True, True, ""),
        ("dbt test", "marts.fct_payments", "A voucher counts once.", True, True, ""),
        ("suite", "marts.fct_payments", "一张凭证只计一次", False, False, "7"),
    ]
    assert tables == {"payments": ["marts.fct_payments", "staging.stg_budget__payments"]}


def test_nothing_is_published_unchecked(office: Path) -> None:
    with pytest.raises(NotChecked, match="没有经过"):
        demand_check_results(office / "check_results.json", office / "warehouse")


def test_nothing_is_published_that_changed_after_its_checks(office: Path) -> None:
    path = write(office)
    demand_check_results(path, office / "warehouse")
    (office / "warehouse").write_bytes(b"row")
    with pytest.raises(NotChecked, match="又变了"):
        demand_check_results(path, office / "warehouse")


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ({"suite_passed": False}, "一张凭证"),
        ({"test_status": "fail"}, "A voucher counts once"),
        ({"model_status": "error"}, "voucher_no"),
    ],
)
def test_nothing_is_published_that_a_check_stopped(office: Path, broken: dict[str, object], rule: str) -> None:
    path = write(office, **broken)  # type: ignore[arg-type]
    with pytest.raises(NotChecked, match=rule):
        demand_check_results(path, office / "warehouse")


def test_a_version_without_results_has_none(tmp_path: Path) -> None:
    assert read_check_results(tmp_path / "check_results.json") == ([], {})
