"""What dbt found wrong is told with its meaning and with rows, and nothing of an earlier build is."""

from __future__ import annotations

import json

import duckdb
import pytest

from dagster_project.building.dbt_failures import dbt_failures, forget_last_run
from dagster_project.settings import Settings

NODES = {
    "test.key": {
        "name": "payment_has_an_allocation", "description": "A payment names\n no allocation.",
        "relation_name": '"warehouse"."failures"."payment_has_an_allocation"',
    },
    "test.warned": {"name": "warned", "description": "", "relation_name": None},
    "model.payments": {"name": "fct_payments", "schema": "marts"},
    "model.figures": {"name": "figures", "schema": "evaluation"},
    "seed.rates": {"name": "rates", "schema": "seeds"},
}  # fmt: skip
RESULTS = [
    {"unique_id": "test.key", "status": "fail", "failures": 5, "message": "Got 5 results"},
    {"unique_id": "test.warned", "status": "warn", "failures": 1, "message": "Got 1 result"},
    {
        "unique_id": "model.payments", "status": "error", "failures": None,
        "message": "Runtime Error in model fct_payments (models/x.sql)\n  Invalid Input Error: marts.fct_payments: 2 row(s) of V1.",
    },
    {
        "unique_id": "model.figures", "status": "error", "failures": None,
        "message": "Runtime Error in model figures (models/y.sql)\n  Binder Error: no column\n  LINE 1: x",
    },
    {"unique_id": "seed.rates", "status": "success", "failures": None, "message": "OK"},
]  # fmt: skip


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A build folder as a broken build leaves it."""
    settings = Settings(build_dir=tmp_path_factory.mktemp("build"))
    settings.dbt_target_dir.mkdir()
    (settings.dbt_target_dir / "manifest.json").write_text(json.dumps({"nodes": NODES}), encoding="utf-8")
    (settings.dbt_target_dir / "run_results.json").write_text(json.dumps({"results": RESULTS}), encoding="utf-8")
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create schema failures")
        connection.execute(
            "create view failures.payment_has_an_allocation as "
            "select 'V' || range as voucher_no, case when range > 0 then 'A' end as allocation_no from range(5)"
        )
    return settings


def test_broken_tests_and_models_are_told_with_meaning_and_rows(settings: Settings) -> None:
    assert dbt_failures(settings) == [
        "payment_has_an_allocation:A payment names no allocation. 共 5 行,如 voucher_no V0, allocation_no (空)"
        ";voucher_no V1, allocation_no A;voucher_no V2, allocation_no A",
        "marts.fct_payments: 2 row(s) of V1.",
        "evaluation.figures: Binder Error: no column LINE 1: x",
    ]


def test_a_build_that_never_came_so_far_has_no_failures_of_the_one_before(settings: Settings) -> None:
    forget_last_run(settings)
    assert dbt_failures(settings) == []
