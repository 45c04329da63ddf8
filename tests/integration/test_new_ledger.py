"""A new ledger needs no Python and no SQL: a contract and a file are enough to land it, check it, see it in Dagster and stage it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
import xlsxwriter

from dagster_project.contracts import CONTRACTS_DIR, load_contracts
from dagster_project.contracts.dbt_files import stale_dbt_files, write_dbt_files
from dagster_project.definitions import build_definitions
from dagster_project.settings import Settings

CANTEEN = """
ledger: canteen_bills
domain: budget
title: {zh: 食堂台账, en: Canteen bills}
owner: 办公厅行政处
grain: {zh: 每行一张单据, en: One row per bill}
key: [bill_no]
supersede: replace
files:
  - {pattern: "canteen_bills/*/*.csv", format: csv}
columns:
  - {name: bill_no, headers: [单据号], type: text, required: true, description: {zh: 单据号, en: Bill number}}
  - {name: paid_on, headers: [支付日期], type: date, required: true, description: {zh: 支付日期, en: Date of payment}}
  - {name: amount_yuan, headers: [金额], type: money, required: true, description: {zh: 金额, en: Amount}}
"""
CANTEEN_FILE = "食堂台账,,\n单位:万元,,\n单据号,支付日期,金额\nA1,2023年1月5日,1.5\nA2,2023-02-30,2\n合计,,3.5\n"
VISITS = """
ledger: visit_forms
domain: duties
title: {zh: 走访登记表, en: Visit forms}
owner: 办公厅秘书处
grain: {zh: 每行一次走访中的一个问题, en: One row per visit and question raised}
key: [visit_no, question_no]
supersede: upsert
files:
  - {pattern: "visit_forms/*/*.xlsx", format: workbook, sheet: "走访*", form: {labels: [visit_no, visited_on]}}
columns:
  - {name: visit_no, headers: [走访编号], type: text, required: true, description: {zh: 走访编号, en: Visit number}}
  - {name: visited_on, headers: [走访日期], type: date, required: true, description: {zh: 走访日期, en: Date of the visit}}
  - {name: question_no, headers: [序号], type: integer, required: true, description: {zh: 问题序号, en: Number of the question}}
  - {name: question, headers: [反映问题], type: text, required: true, description: {zh: 反映的问题, en: Question raised}}
"""
CANTEEN_KEY, VISITS_KEY = (
    dg.AssetKey(["raw", "budget", "canteen_bills"]),
    dg.AssetKey(["raw", "duties", "visit_forms"]),
)


def write_visits(path: Path) -> None:
    """Two forms that can be read, and one whose date has lost its label."""
    with xlsxwriter.Workbook(str(path)) as book:
        for number, label in enumerate(("走访日期", "走访日期", "日期"), start=1):
            page = book.add_worksheet(f"走访{number}")
            page.merge_range("A1:C1", "走访登记表")
            page.write_row("A2", ["走访编号:", None, f"Z{number}"])
            page.write_row("A3", [f"{label}:", None, "2023.4.6"])
            page.write_row("A4", ["序号", "反映问题"])
            page.write_row("A5", [1, "加装电梯"])
            page.write_row("A6", [2, None if number == 2 else "停车难"])


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped contracts and two more, and one file for each of those."""
    folder = tmp_path_factory.mktemp("office")
    contracts, raw = folder / "contracts", folder / "raw"
    contracts.mkdir()
    for path in CONTRACTS_DIR.glob("*.yaml"):
        shutil.copy(path, contracts)
    (contracts / "canteen_bills.yaml").write_text(CANTEEN, encoding="utf-8")
    (contracts / "visit_forms.yaml").write_text(VISITS, encoding="utf-8")
    for ledger in ("canteen_bills", "visit_forms"):
        (raw / ledger / "2023").mkdir(parents=True)
    (raw / "canteen_bills" / "2023" / "食堂台账2023.csv").write_text(CANTEEN_FILE, encoding="gb18030")
    write_visits(raw / "visit_forms" / "2023" / "走访登记表2023.xlsx")
    return Settings(raw_dir=raw, build_dir=folder / "build", contracts_dir=contracts, settle_seconds=0)


@pytest.fixture(scope="module")
def definitions(settings: Settings) -> dg.Definitions:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.engine_environment().items():
            patch.setenv(name, value)
        return build_definitions(settings)


@pytest.fixture(scope="module")
def landed(definitions: dg.Definitions) -> dg.ExecuteInProcessResult:
    job = definitions.resolve_implicit_global_asset_job_def()
    return job.execute_in_process(asset_selection=[CANTEEN_KEY, VISITS_KEY], raise_on_error=True)


def query(settings: Settings, table: str, columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        path = settings.landing_dir / table / "*.parquet"
        return connection.execute(f"select {columns} from read_parquet('{path}', union_by_name = true)").fetchall()


@pytest.mark.parametrize(("key", "kind"), [(CANTEEN_KEY, "csv"), (VISITS_KEY, "excel")])
def test_a_new_ledger_is_an_asset_with_columns_and_checks(
    key: dg.AssetKey, kind: str, definitions: dg.Definitions
) -> None:
    graph = definitions.resolve_asset_graph()
    node = graph.get(key)
    assert node.group_name == f"raw_{key.path[1]}" and node.description and kind in node.kinds and node.owners
    assert node.parent_keys == {dg.AssetKey(["files", *key.path[1:]])}
    assert {check.name for check in graph.get_check_keys_for_assets({key})} == {
        "rows_accounted_for",
        "nothing_rejected",
        "on_time",
    }


def test_a_new_table_is_landed_and_judged(landed: dg.ExecuteInProcessResult, settings: Settings) -> None:
    rows = query(settings, "canteen_bills", "_row, _status, bill_no, amount_yuan")
    assert landed.success
    assert (4, "accepted", "A1", Decimal("15000.00")) in rows
    below = sorted((row, status) for row, status, *_ in rows if row > 3)
    assert below == [(4, "accepted"), (5, "rejected"), (6, "subtotal")]
    assert {status for row, status, *_ in rows if row <= 3} == {"title", "unit", "header"}
    findings = query(settings, "findings", "ledger, row_number, column_name, rule")
    assert ("canteen_bills", 5, "paid_on", "bad_date") in findings


def test_a_new_form_is_landed_and_judged(landed: dg.ExecuteInProcessResult, settings: Settings) -> None:
    rows = query(settings, "visit_forms", "_sheet, _row, visit_no, question_no, question, _status")
    assert landed.success
    assert sorted(row[:-1] for row in rows if row[-1] == "accepted") == [
        ("走访1", 5, "Z1", 1, "加装电梯"),
        ("走访1", 6, "Z1", 2, "停车难"),
        ("走访2", 5, "Z2", 1, "加装电梯"),
    ]
    findings = query(settings, "findings", "ledger, sheet, row_number, column_name, rule")
    assert ("visit_forms", "走访2", 6, "question", "missing_value") in findings
    assert ("visit_forms", "走访3", None, None, "missing_labels") in findings


def test_the_checks_of_a_new_ledger_tell_what_was_rejected(landed: dg.ExecuteInProcessResult) -> None:
    told = {(check.asset_key, check.check_name): check for check in landed.get_asset_check_evaluations()}
    for key, rejected in ((CANTEEN_KEY, 1), (VISITS_KEY, 1 + 6)):
        assert told[key, "rows_accounted_for"].passed
        check = told[key, "nothing_rejected"]
        assert not check.passed and check.metadata["rows_rejected"].value == rejected


@pytest.mark.slow
def test_a_new_ledger_is_staged_without_sql(
    landed: dg.ExecuteInProcessResult, settings: Settings, tmp_path: Path
) -> None:
    """`jixiao sources` on a copy of the dbt project writes models that dbt runs."""
    project, contracts = tmp_path / "dbt", load_contracts(settings.contracts_dir).values()
    shutil.copytree(settings.dbt_project_dir, project, ignore=shutil.ignore_patterns("target", "logs"))
    staging = project / "models" / "staging"
    written = {path.relative_to(staging).as_posix() for path in write_dbt_files(contracts, staging)}
    assert written == {
        f"{domain}/{name}"
        for domain, ledger in (("budget", "canteen_bills"), ("duties", "visit_forms"))
        for name in ("_sources.yml", "_texts.md", f"stg_{domain}__{ledger}.sql", f"stg_{domain}__{ledger}.yml")
    }
    assert write_dbt_files(contracts, staging) == []
    models = ["stg_budget__canteen_bills", "stg_duties__visit_forms"]
    done = subprocess.run(
        [Path(sys.executable).parent / "dbt", "run", "--select", *(f"+{model}" for model in models),
         "--project-dir", project, "--profiles-dir", project],
        env={**os.environ, **settings.engine_environment()},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        bills = connection.sql(
            "select department_code, period, bill_no, amount_yuan, row_number from staging.stg_budget__canteen_bills"
        )
        assert bills.fetchall() == [(settings.department_code, "2023", "A1", Decimal("15000.00"), 4)]
        visits = connection.sql("select count(*), count(distinct visit_no) from staging.stg_duties__visit_forms")
        assert visits.fetchone() == (3, 2)


def test_a_ledger_that_is_gone_leaves_no_files(settings: Settings, tmp_path: Path) -> None:
    contracts = load_contracts(settings.contracts_dir)
    write_dbt_files(contracts.values(), tmp_path)
    own = tmp_path / "budget" / "stg_budget__by_hand.sql"
    own.write_text("select 1 as one\n", encoding="utf-8")
    del contracts["canteen_bills"]
    gone = {path.name for path, text in stale_dbt_files(contracts.values(), tmp_path).items() if text is None}
    assert gone == {"stg_budget__canteen_bills.sql", "stg_budget__canteen_bills.yml"}
    write_dbt_files(contracts.values(), tmp_path)
    assert not list(tmp_path.rglob("*canteen*")) and own.exists()
