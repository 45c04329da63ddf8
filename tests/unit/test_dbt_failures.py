"""What dbt found wrong is told with its meaning and with rows, and nothing of an earlier build is."""

from __future__ import annotations

import json
from dataclasses import fields

import duckdb
import pytest

from dagster_project.building.dbt_failures import dbt_failures, forget_last_run
from dagster_project.ingestion.submissions import LOG_NAME, Submission
from dagster_project.quality.broken_rows import RowNames
from dagster_project.settings import Settings

NODES = {
    "test.key": {
        "resource_type": "test", "name": "payment_has_an_allocation", "description": "A payment names\n no allocation.",
        "relation_name": '"warehouse"."failures"."payment_has_an_allocation"',
        "attached_node": "model.payments", "depends_on": {"nodes": ["model.payments"]},
        "test_metadata": {"kwargs": {"column_name": "allocation_no"}},
    },
    "test.method": {
        "resource_type": "test", "name": "method_is_known", "description": "", "attached_node": "model.payments",
        "relation_name": '"warehouse"."failures"."method_is_known"', "depends_on": {"nodes": ["model.payments"]},
        "test_metadata": {"kwargs": {"column_name": "method"}},
    },
    "test.warned": {"resource_type": "test", "name": "warned", "description": "", "relation_name": None},
    "model.payments": {
        "resource_type": "model", "name": "fct_payments", "schema": "marts", "config": {"meta": {"key": ["voucher_no"]}},
    },
    "model.figures": {"resource_type": "model", "name": "figures", "schema": "evaluation"},
    "seed.rates": {"resource_type": "seed", "name": "rates", "schema": "seeds"},
}  # fmt: skip
RESULTS = [
    {"unique_id": "test.key", "status": "fail", "failures": 5, "message": "Got 5 results"},
    {"unique_id": "test.method", "status": "fail", "failures": 1, "message": "Got 1 result"},
    {"unique_id": "test.warned", "status": "warn", "failures": 1, "message": "Got 1 result"},
    {
        "unique_id": "model.payments", "status": "error", "failures": None,
        "message": "Runtime Error in model fct_payments (models/x.sql)\n  Invalid Input Error: marts.fct_payments: 2 row(s) of V1. [s1||7], [s1||9]",
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
        connection.execute("create schema failures; create schema marts")
        connection.execute(
            "create table marts.fct_payments as select 'V' || range as voucher_no, "
            "case when range > 6 then 'A' end as allocation_no, if(range = 3, '其他', '直接') as method, "
            "'张三' as payee_name, 's1' as submission_id, null::varchar as sheet, range + 2 as row_number from range(9)"
        )
        connection.execute(
            "create view failures.payment_has_an_allocation as select * from marts.fct_payments where allocation_no is null"
        )
        connection.execute(
            "create view failures.method_is_known as "
            "select method as value_field, count(*) as n_records from marts.fct_payments where method = '其他' group by 1"
        )
    settings.landing_dir.mkdir()
    entry = dict.fromkeys((field.name for field in fields(Submission)), "") | {
        "submission_id": "s1", "ledger": "payments", "file": "payments/2023/2023年03月.csv",
    }  # fmt: skip
    (settings.landing_dir / LOG_NAME).write_text(json.dumps(entry, ensure_ascii=False) + "\n", encoding="utf-8")
    return settings


def test_broken_tests_and_models_are_told_with_meaning_file_and_row(settings: Settings) -> None:
    missing, method, repeated, figures = dbt_failures(settings)
    assert missing.startswith("payment_has_an_allocation:A payment names no allocation. 7 行不符:")
    assert (
        "支付凭证号(voucher_no) V0,所用预算指标编号(allocation_no) (空),payments/2023/2023年03月.csv 第 2 行" in missing
    )
    assert "V4" in missing and "V5" not in missing and "另有 2 行" in missing
    assert "请办公厅行政处在台账中改正" in missing
    assert "1 行不符:支付凭证号(voucher_no) V3,method 其他,payments/2023/2023年03月.csv 第 5 行" in method
    assert repeated == (
        "marts.fct_payments: 2 row(s) of V1. payments/2023/2023年03月.csv 第 7 行, payments/2023/2023年03月.csv 第 9 行"
    )
    assert figures == "evaluation.figures: Binder Error: no column LINE 1: x"


@pytest.mark.parametrize("columns", ["*", "* exclude (submission_id, sheet, row_number)"], ids=["placed", "nowhere"])
def test_rows_are_named_without_personal_data(settings: Settings, columns: str) -> None:
    assert "张三" not in "".join(dbt_failures(settings))
    nodes = json.loads((settings.dbt_target_dir / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    with RowNames(settings, nodes) as names:
        query = f"select {columns} from marts.fct_payments"
        rows = names.of_query(query, ["staging.stg_budget__payments"], names.columns(f"({query})"))
    assert "method" in rows.text() and "张三" not in rows.text()


def test_a_build_that_never_came_so_far_has_no_failures_of_the_one_before(settings: Settings) -> None:
    forget_last_run(settings)
    assert dbt_failures(settings) == []
