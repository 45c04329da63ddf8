"""What Dagster shows of nights is so: whoever ran them, quiet or not; what is no night leaves no trace in it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.dagster_run import RunRecord
from sample_warehouse import Warehouse
from session_nights import LookBack

from dagster_project.dagster_home import open_instance
from dagster_project.dagster_runs import ANNUAL_REPORT, LOCATION, REPOSITORY, record_unrecorded
from dagster_project.guard.children import CODE

CHECKED = dg.AssetCheckKey(dg.AssetKey(["evaluation", "figures"]), "may_be_published")


def records(office: Warehouse) -> list[RunRecord]:
    """Every run of the storage, the latest first."""
    with open_instance(office.settings) as instance:
        record_unrecorded(office.settings, instance)
        return list(instance.get_run_records())


def state_of_the_check(office: Warehouse) -> tuple[object, ...]:
    """The last that Dagster knows of a check: its status, and in which run."""
    with open_instance(office.settings) as instance:
        found = instance.event_log_storage.get_latest_asset_check_execution_by_key([CHECKED])[CHECKED]
        materialized = instance.get_latest_materialization_event(CHECKED.asset_key)
    return found.status, found.run_id, materialized and materialized.run_id


def test_a_night_of_the_command_line_has_its_origin_and_the_place_of_the_job_in_the_ui(sample: Warehouse) -> None:
    with open_instance(sample.settings) as instance:
        [run] = instance.get_runs()
    assert run.tags["jixiao/origin"] == "command" and run.remote_job_origin is not None
    place = run.remote_job_origin.repository_origin
    assert (place.repository_name, place.code_location_origin.location_name) == (REPOSITORY, LOCATION)
    assert LOCATION == CODE, "under this name the UI loads the definitions"


def test_quiet_nights_are_runs_at_their_time_and_leave_every_check_as_it_was(
    sample: Warehouse, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sample.copy_to(tmp_path_factory.mktemp("quiet"))
    before = state_of_the_check(office)
    for _ in range(2):
        assert office.cli(monkeypatch, "nightly", "--quiet")[0] == 0
    told = json.loads(office.settings.heartbeat.read_text())
    last, *_, loud = records(office)
    assert last.dagster_run.tags["jixiao/outcome"] == "quiet" and last.dagster_run.is_success
    assert last.start_time is not None
    assert abs(last.start_time - datetime.fromisoformat(told["began_at"]).timestamp()) < 1
    assert len(records(office)) == 3, "each night once, however often the storage is opened"
    assert state_of_the_check(office) == before and before[1] == loud.dagster_run.run_id


@pytest.mark.slow
def test_a_look_back_and_a_refused_request_leave_no_trace(
    sample: Warehouse, looked_back: LookBack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    untouched, office = sample.copy_to(tmp_path / "untouched"), looked_back.office.copy_to(tmp_path / "back")
    before = state_of_the_check(untouched), len(records(untouched))
    assert looked_back.code in (0, 3) and "时的状态存为版本" in looked_back.text
    assert (state_of_the_check(office), len(records(office))) == before
    assert office.cli(monkeypatch, "nightly", "--as-of", "yesterday")[0] == 2
    office.settings.raw_dir.rename(office.settings.raw_dir.with_name("away"))
    assert office.cli(monkeypatch, "nightly")[0] == 2
    assert (state_of_the_check(office), len(records(office))) == before
    assert json.loads(office.settings.heartbeat.read_text())["outcome"] == "refused", "the look back does not beat"


@pytest.mark.slow
def test_documents_of_the_command_line_are_the_asset_of_their_year(documented: Warehouse, tmp_path: Path) -> None:
    office = documented.copy_to(tmp_path, documented.settings.raw_dir)
    records(office)
    with open_instance(office.settings) as instance:
        assert instance.get_materialized_partitions(ANNUAL_REPORT) == {"2023"}
        made = instance.get_latest_materialization_event(ANNUAL_REPORT)
    assert made is not None and made.asset_materialization is not None
    assert made.asset_materialization.metadata["version"].value == office.result.version
