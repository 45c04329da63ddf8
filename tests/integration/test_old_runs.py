"""Old nights go from Dagster's storage with all they left; the last ones, other jobs, and the state of every asset and check stay."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus
from postgres_server import running_postgres

from dagster_project.dagster_home import open_instance
from dagster_project.dagster_runs import NIGHT, OUTCOME_TAG
from dagster_project.old_runs import forget_old_runs
from dagster_project.settings import Settings


@dg.asset
def figures() -> None:
    """An asset of a night."""


@dg.asset_check(asset=figures)
def whole() -> dg.AssetCheckResult:
    """Its check."""
    return dg.AssetCheckResult(passed=True, metadata={"text": "x" * 2000})


def nights(instance: DagsterInstance, count: int) -> list[str]:
    """So many nights that built, the oldest first."""
    definitions = dg.Definitions([figures], asset_checks=[whole], jobs=[dg.define_asset_job(NIGHT)])
    job = definitions.resolve_job_def(NIGHT)
    return [job.execute_in_process(instance=instance).run_id for _ in range(count)]


@pytest.mark.parametrize("where", ["files", "postgres"])
def test_old_nights_go_whole_and_the_state_of_assets_stays(where: str, tmp_path: Path) -> None:
    if where == "files":
        _check(Settings(build_dir=tmp_path, kept_runs=2))
    else:
        with running_postgres() as server:
            _check(Settings(build_dir=tmp_path, kept_runs=2, dagster_postgres=server.url()))


def _check(settings: Settings) -> None:
    key = dg.AssetCheckKey(dg.AssetKey("figures"), "whole")
    with open_instance(settings) as instance:
        made = nights(instance, 5)
        other = instance.add_run(DagsterRun("progress", status=DagsterRunStatus.SUCCESS)).run_id
        running = instance.add_run(DagsterRun(NIGHT, status=DagsterRunStatus.STARTED)).run_id
        quiet = instance.add_run(DagsterRun(NIGHT, status=DagsterRunStatus.SUCCESS, tags={OUTCOME_TAG: "quiet"})).run_id
        assert forget_old_runs(settings, instance) == 3
        assert {run.run_id for run in instance.get_runs()} == {*made[-2:], other, running, quiet}
        files = {path.name[:36] for path in (settings.dagster_home / "history" / "runs").glob("*-*.db")}
        assert not files & set(made[:3])
        assert all(instance.all_logs(run_id) == [] for run_id in made[:3])
        storage = instance.event_log_storage
        history = storage.get_asset_check_execution_history(key, limit=10)
        assert {record.run_id for record in history} == set(made[-2:])
        assert storage.get_latest_asset_check_execution_by_key([key])[key].run_id == made[-1]
        latest = instance.get_latest_materialization_event(key.asset_key)
        assert latest is not None and latest.run_id == made[-1]
        assert forget_old_runs(settings, instance) == 0


def test_the_storage_stops_growing(tmp_path: Path) -> None:
    settings, sizes = Settings(build_dir=tmp_path, kept_runs=3), []
    with open_instance(settings) as instance:
        for _ in range(12):
            nights(instance, 1)
            forget_old_runs(settings, instance)
            with closing(sqlite3.connect(settings.dagster_home / "history" / "runs" / "index.db")) as index:
                sizes.append(index.execute("select count(*) from event_logs").fetchone()[0])
                sizes[-1] += index.execute("select count(*) from asset_check_executions").fetchone()[0]
    assert sizes[-1] == sizes[3] > sizes[0]
