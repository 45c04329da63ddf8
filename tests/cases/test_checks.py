"""A check that stops the night names the rows behind it: key, file, sheet, row, the figures they count in, the remedy."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from ledger_files import CONTRACTS
from sample_warehouse import Warehouse, rows
from session_nights import Stopped

from dagster_project.building.dbt_failures import dbt_failures
from dagster_project.defs.landing import _checked
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.publishing import current_version
from dagster_project.quality.broken_rows import RowNames, name_findings
from dagster_project.quality.expectation_files import read_suites
from dagster_project.quality.expectation_sql import rows_sql
from dagster_project.quality.suites import expectation_of, run_suites
from dagster_project.settings import Settings

ABOUT_THE_TABLE = {"expect_table_row_count_to_be_between"}
"""Expectations without rows: they say the value, the bound, and the tables to look at."""


@pytest.fixture
def changed(sample: Warehouse, tmp_path: Path) -> Warehouse:
    """The warehouse of the sample alone, to be changed."""
    build = sample.settings.build_dir
    folder = tmp_path / "build"
    folder.mkdir()
    shutil.copy(sample.settings.warehouse_path, folder)
    shutil.copytree(build / "dbt", folder / "dbt", ignore=shutil.ignore_patterns("logs", "compiled"))
    (folder / "landing").mkdir()
    shutil.copy(sample.settings.landing_dir / "submissions.jsonl", folder / "landing")
    return Warehouse(Settings(raw_dir=sample.settings.raw_dir, build_dir=folder), sample.result)


def change(warehouse: Warehouse, sql: str) -> None:
    with duckdb.connect(str(warehouse.settings.warehouse_path)) as connection:
        connection.execute(sql)


def nodes_of(warehouse: Warehouse) -> dict:
    return json.loads((warehouse.settings.dbt_target_dir / "manifest.json").read_text(encoding="utf-8"))["nodes"]


def seen(warehouse: Warehouse, table: str, why: str) -> str:
    """What the suite of a table says of the expectation with these words."""
    suite = read_suites(warehouse.settings.expectations_dir)[table]
    results = name_findings(
        run_suites(warehouse.settings.warehouse_path, [suite]), warehouse.settings, nodes_of(warehouse)
    )
    (finding,) = [f for result in results for f in result.findings if why in f.why]
    return finding.observed


@pytest.mark.slow
def test_a_case_closed_before_it_was_submitted_is_named(stopped: Stopped) -> None:
    warehouse, text = stopped.office, stopped.text
    drop = Path(__file__).parent / "drops" / "case-closed-before-submitted"
    (handed_in,) = (path for path in drop.rglob("*") if path.is_file())
    assert (warehouse.settings.raw_dir / handed_in.relative_to(drop)).read_bytes() == handed_in.read_bytes()
    assert stopped.code == 1
    (line,) = [line for line in text.splitlines() if "办结不早于提交" in line]
    for told in (
        "案件编号(case_no) SSP2023900001",
        "提交时间(submitted_at) 2023-03-14 11:42:09",
        "工单办结时间(closed_at) 2023-03-01 00:00:00",
        "snapshot_cases/2023/代表随手拍_2023Q2.jsonl 第 283 行",
        "(snapshots.cases)",
        "请代表工作委员会在台账中改正后",
    ):
        assert told in line
    assert "observed_value" not in text
    told = json.loads(warehouse.settings.check_results.read_text(encoding="utf-8"))
    (check,) = [c for c in told["checks"] if c["rule"] == "办结不早于提交" and not c["passed"]]
    assert "SSP2023900001" in check["observed"] and "第 283 行" in check["observed"]


def test_a_row_of_a_workbook_is_named_with_its_sheet(changed: Warehouse) -> None:
    place = "department_code = '101001' and fiscal_year = 2023 and disposal_no = (select min(disposal_no) from marts.fct_asset_disposals where fiscal_year = 2023)"
    change(changed, f"update marts.fct_asset_disposals set is_proper = false where {place}")
    ((number, row),) = rows(
        changed.settings.warehouse_path,
        f"select disposal_no, row_number from marts.fct_asset_disposals where {place}",
    )
    text = seen(changed, "marts.fct_asset_disposals", "未先批复")
    assert f"处置编号(disposal_no) {number}" in text
    assert f"asset_disposals/2023/2023年资产处置台账.xlsx 工作表“资产处置” 第 {row} 行" in text


def test_a_missing_value_is_named_and_five_rows_are_enough(changed: Warehouse) -> None:
    change(changed, "update marts.dim_asset_yearly set asset_kind = null where fiscal_year = 2023 and row_number < 10")
    text = seen(changed, "marts.dim_asset_yearly", "资产性质已知")
    assert text.count("资产编号(card_no)") == 5 and text.count("计入数字") == 5
    assert "6 行不符" in text and "另有 1 行" in text
    assert "更正（重报）.csv 第 4 行" in text and "(asset_kind) (空)" in text


def test_a_figure_is_named_with_rows_it_is_made_from(changed: Warehouse) -> None:
    change(
        changed, "update evaluation.figures set value = 101 where figure_id = 'spending.rate' and fiscal_year = 2022"
    )
    text = seen(changed, "evaluation.figures", "支出不得超过预算")
    assert "(figure_id) spending.rate" in text and "fiscal_year) 2022" in text
    assert "来自 1600 行,如 budget_allocations/2022/" in text


def test_a_table_that_is_empty_is_told_with_bound_and_tables_to_look_at(changed: Warehouse) -> None:
    change(changed, "delete from marts.dim_department")
    text = seen(changed, "marts.dim_department", "至少有一个部门")
    assert text == "实际为 0,应不小于 1。请看 表 marts.dim_department(由 seeds.departments 算出)"


def test_a_dbt_test_that_stops_the_night_names_its_rows(changed: Warehouse) -> None:
    change(
        changed,
        "update marts.dim_project_yearly set spending_kind = null where project_code = (select min(project_code) from marts.dim_project_yearly)",
    )
    run = changed.settings.dbt_target_dir / "run_results.json"
    told = json.loads(run.read_text(encoding="utf-8"))
    (name,) = [r["unique_id"] for r in told["results"] if "project_category_says" in r["unique_id"]]
    run.write_text(json.dumps({"results": [{"unique_id": name, "status": "fail", "failures": 2}]}), encoding="utf-8")
    # The view of failures looks into the schema of the file it was made in, which the copy has, too.
    (text,) = dbt_failures(changed.settings)
    assert "项目编码(project_code)" in text and "(spending_kind) (空)" in text
    assert "2023年项目库.xlsx 工作表“项目库” 第" in text


def test_a_file_with_a_row_that_nobody_accounts_for_is_named(sample: Warehouse) -> None:
    """Another file with a row too many does not make up for it."""
    contract = CONTRACTS["payments"]
    entries = [e for e in SubmissionLog(sample.settings.landing_dir / LOG_NAME).entries if e.ledger == "payments"]
    first, second, *others = entries
    lost = [replace(first, rows_read=first.rows_read + 1), replace(second, rows_read=second.rows_read - 1), *others]
    accounted, _ = _checked(contract, lost)
    assert not accounted.passed
    assert [text.partition(":")[0] for text in accounted.metadata["findings"].value] == [first.file, second.file]
    accounted, _ = _checked(contract, entries)
    assert accounted.passed


def test_every_expectation_has_rows_or_is_about_its_table(sample: Warehouse) -> None:
    """The query of its rows finds as many as Great Expectations counts: none where it holds."""
    suites = read_suites(sample.settings.expectations_dir)
    published = current_version(sample.settings.serving_dir).path
    counted = {
        (finding.table, finding.rows_sql): int(re.findall(r"\d+", finding.observed)[0])
        for result in run_suites(sample.settings.warehouse_path, suites.values(), published)
        for finding in result.findings
    }
    assert len(counted) > 3
    compared = 0
    with duckdb.connect(str(sample.settings.warehouse_path), read_only=True) as connection:
        for table, suite in suites.items():
            beside = suite.beside(published)
            assert len(beside.rules) == len(suite.rules)
            for rule in beside.rules:
                config = expectation_of(rule).configuration
                sql = rows_sql(config.type, config.kwargs, table)
                assert bool(sql) != (config.type in ABOUT_THE_TABLE), config.type
                if sql:
                    compared += str(published) in sql
                    found = connection.execute(f"select count(*) from ({sql})").fetchone()
                    assert found == (counted.get((table, sql), 0),), (table, sql)
    assert compared > 0


def test_every_dbt_test_that_stops_the_night_can_name_its_rows(sample: Warehouse) -> None:
    nodes = nodes_of(sample)
    stopping = [
        node
        for node in nodes.values()
        if node["resource_type"] == "test" and node["config"].get("severity", "error").lower() == "error"
    ]
    assert len(stopping) > 10
    with RowNames(sample.settings, nodes) as names:
        for node in stopping:
            assert names.columns(node["relation_name"])
