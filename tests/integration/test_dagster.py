"""What Dagster shows and runs: lineage, checks, the job, the schedule, the UI."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage
from sample_warehouse import Warehouse
from ui_server import RunningUi

from dagster_project.building.dbt_process import DbtProcess
from dagster_project.contracts import load_contracts
from dagster_project.dagster_home import open_instance
from dagster_project.definitions import build_definitions


@pytest.fixture(scope="module")
def definitions(sample: Warehouse) -> dg.Definitions:
    return build_definitions(sample.settings)


def test_lineage_runs_unbroken_from_every_file_to_the_published_version(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    published = dg.AssetKey(["serving", "published"])
    ancestors = graph.get_ancestor_asset_keys(published)
    for contract in load_contracts().values():
        assert dg.AssetKey(["raw", contract.domain, contract.ledger]) in ancestors, contract.ledger
        assert dg.AssetKey(["files", contract.domain, contract.ledger]) in ancestors, contract.ledger


def test_every_asset_has_description_group_owner_and_kind(definitions: dg.Definitions) -> None:
    for spec in definitions.resolve_all_asset_specs():
        name = spec.key.to_user_string()
        assert spec.description, name
        assert spec.group_name and spec.group_name != "default", name
        assert spec.owners, name
        assert spec.kinds, name


def test_models_show_their_columns(definitions: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    for name in ("raw/budget/payments", "marts/budget/fct_payments", "evaluation/figures"):
        schema = specs[name].metadata["dagster/column_schema"]
        columns = getattr(schema, "value", schema).columns
        assert len(columns) > 5 and all(column.description for column in columns), name


def test_published_tables_have_blocking_gates(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    gates = [graph.get_check_spec(key) for key in graph.asset_check_keys if key.name == "may_be_published"]
    assert len(gates) >= 19
    assert all(gate.blocking for gate in gates)


def test_the_nightly_job_runs_in_process_at_two_in_shanghai(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_at_two")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Shanghai")
    assert definitions.resolve_job_def("nightly").executor_def.name == "in_process"


def test_dbt_tests_and_landing_counts_are_asset_checks(definitions: dg.Definitions) -> None:
    checks = definitions.resolve_asset_graph().asset_check_keys
    names = {key.name for key in checks}
    assert {"rows_accounted_for", "nothing_rejected", "may_be_published"} <= names
    assert len(names) > 20


def test_a_dbt_that_waits_ends_when_nobody_sends_a_command(sample: Warehouse) -> None:
    dbt = DbtProcess(sample.settings)
    assert dbt.wait_until_parsed()
    dbt.close()
    assert dbt.process.returncode == 0


@pytest.mark.slow
def test_sql_logic_holds_in_dbt_unit_tests(sample: Warehouse) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "test", "--select", "test_type:unit", "--profiles-dir", ".",
         "--target-path", str(sample.settings.build_dir / "unit")],
        cwd=sample.settings.dbt_project_dir, env={**os.environ, **sample.settings.engine_environment()},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert "ERROR=0" in done.stdout and "PASS=0" not in done.stdout


def test_a_dbt_at_work_is_stopped_with_the_night(sample: Warehouse, tmp_path: Path) -> None:
    settings = sample.settings.model_copy(update={"build_dir": tmp_path})
    dbt = DbtProcess(settings)
    process = dbt.start(["build"])
    dbt.close()
    assert process.returncode == -signal.SIGKILL


def test_dagsters_own_storage_reads_what_the_night_noted(sample: Warehouse) -> None:
    with open_instance(sample.settings) as instance:
        run = instance.get_runs(limit=1)[0]
        noted = [entry.message for entry in instance.all_logs(run.run_id)]
        materialized = instance.get_latest_materialization_event(dg.AssetKey(["marts", "budget", "fct_payments"]))
    assert materialized is not None
    history = SqliteEventLogStorage(str(sample.settings.dagster_home / "history" / "runs"))
    assert [entry.message for entry in history.get_logs_for_run(run.run_id)] == noted
    kinds = Counter(
        entry.dagster_event_type and entry.dagster_event_type.value for entry in history.get_logs_for_run(run.run_id)
    )
    history.dispose()
    assert kinds["ASSET_MATERIALIZATION"] == kinds["ASSET_MATERIALIZATION_PLANNED"] > 200
    assert kinds["ASSET_CHECK_EVALUATION"] > 220
    assert kinds["PIPELINE_SUCCESS"] == 1


def test_the_ui_starts_and_knows_the_job(ui: RunningUi) -> None:
    query = "{ repositoriesOrError { ... on RepositoryConnection { nodes { jobs { name } schedules { name } } } } }"
    [repository] = ui.graphql(query)["data"]["repositoriesOrError"]["nodes"]
    assert {"name": "nightly"} in repository["jobs"] and {"name": "nightly_at_two"} in repository["schedules"]


def test_a_second_ui_says_where_the_first_is_and_leaves_it_alone(ui: RunningUi) -> None:
    own = {"JIXIAO_BUILD_DIR": str(ui.settings.build_dir), "JIXIAO_RAW_DIR": str(ui.settings.raw_dir)}
    second = subprocess.run(
        [str(Path(sys.executable).with_name("jixiao")), "ui", "--port", "0"],
        env={**os.environ, **own}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (second.returncode, second.stderr) == (0, "")
    [said] = second.stdout.splitlines()
    assert f"进程 {ui.process.pid}" in said and ui.origin in said
    assert ui.ask("GET", "/server_info").status == 200


def test_nobody_is_invited_anywhere_on_the_first_visit(ui: RunningUi) -> None:
    assert ui.graphql("{ shouldShowNux }")["data"] == {"shouldShowNux": False}


def test_pages_of_tables_stand_behind_the_same_guard(ui: RunningUi) -> None:
    path = "/jixiao/tables/marts.fct_payments"
    page = ui.ask("GET", path)
    assert page.status == 200 and "国库集中支付" in page.text
    assert page.headers["x-frame-options"] == "DENY" and "default-src 'none'" in page.headers["content-security-policy"]
    assert ui.ask("GET", "/jixiao/tables/marts.nothing").status == 404
    assert ui.ask("GET", path, headers={"Host": "evil.example"}).status == 403
    assert ui.ask("POST", path, "x", {"Origin": ui.origin}).status == 403


def test_the_daemon_behind_the_ui_ticks_the_schedule(ui: RunningUi) -> None:
    query = "{ instance { daemonHealth { allDaemonStatuses { daemonType healthy } } } }"
    until = time.monotonic() + 120
    while True:
        found = ui.graphql(query)["data"]["instance"]["daemonHealth"]["allDaemonStatuses"]
        healthy = {each["daemonType"] for each in found if each["healthy"]}
        if {"SCHEDULER", "QUEUED_RUN_COORDINATOR"} <= healthy:
            return
        assert time.monotonic() < until, found
        time.sleep(0.5)


def test_a_run_chooses_no_program_no_folder_and_no_text_for_sql(definitions: dg.Definitions) -> None:
    """Whatever a run may be given is on this list: a moment and a period that are parsed, a draft or not, and Dagster's own switches."""
    harmless = {
        "execution.config.marker_to_close",  # nothing reads it
        "ops.serving__published.config",  # it is given none
        "execution.config.step_dependency_config.require_upstream_step_success",
        "loggers.console.config.log_level",
        "loggers.console.config.name",
        "ops.serving__portal.config",  # it is given none
        "resources.io_manager.config",  # keeps values in memory, and takes no setting
    }
    moment, is_draft = "ops.build_as_of.config.as_of", "ops.reports__annual_report.config.is_draft"
    period = "ops.reports__progress.config.period"
    nightly, assets = definitions.resolve_job_def("nightly"), definitions.resolve_implicit_global_asset_job_def()
    look_back, published = (
        definitions.resolve_job_def("look_back"),
        {"ops.serving__published.config", "ops.serving__portal.config"},
    )
    assert set(_settable(nightly.run_config_schema.config_type)) == harmless
    assert set(_settable(look_back.run_config_schema.config_type)) == harmless - published | {moment}
    assert set(_settable(assets.run_config_schema.config_type)) == harmless | {is_draft, period}
    assert nightly.resource_defs["io_manager"] is assets.resource_defs["io_manager"] is dg.mem_io_manager


def _settable(config: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every place of a configuration that takes a value, by its path."""
    fields = getattr(config, "fields", None)
    if fields is None:
        yield ".".join(path)
    for name, field in (fields or {}).items():
        yield from _settable(field.config_type, (*path, name))
