"""A night whose process is gone: it is closed, told with its reason, known as broken off, and not mistaken for one that failed by its data."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
from dagster import DagsterEvent, DagsterEventType, DagsterInstance, DagsterRun, DagsterRunStatus
from dagster._core.events import EngineEventData

from dagster_project.dagster_home import open_instance
from dagster_project.run_failures import failure_lines, was_broken_off
from dagster_project.settings import Settings
from dagster_project.stale_runs import close_stale_runs

GONE = 2**22 - 1
"""A process id that no process has."""


def events_of(instance: DagsterInstance, run: DagsterRun) -> list[DagsterEvent]:
    return [entry.dagster_event for entry in instance.all_logs(run.run_id) if entry.dagster_event]


def test_a_run_whose_process_is_gone_is_closed_with_its_reason(tmp_path: Path) -> None:
    with open_instance(Settings(build_dir=tmp_path)) as instance:
        run = instance.add_run(DagsterRun("nightly", status=DagsterRunStatus.STARTED))
        data = EngineEventData(metadata={"pid": dg.MetadataValue.text(str(GONE))})
        event = DagsterEvent(
            DagsterEventType.ENGINE_EVENT.value, "nightly", event_specific_data=data, message="started"
        )
        instance.report_dagster_event(event, run.run_id)
        assert len(close_stale_runs(instance)) == 1
        [reason] = failure_lines(events_of(instance, run))
        assert f"进程 {GONE}已不在" in reason
        assert was_broken_off(events_of(instance, run))
        assert close_stale_runs(instance) == []


def test_a_run_that_failed_by_what_it_did_was_not_broken_off(tmp_path: Path) -> None:
    @dg.op
    def build() -> None:
        raise ValueError("a wrong row")

    @dg.job
    def nightly() -> None:
        build()

    with open_instance(Settings(build_dir=tmp_path)) as instance:
        done = nightly.execute_in_process(instance=instance, raise_on_error=False)
    assert not done.success and not was_broken_off(done.all_events)
    assert "a wrong row" in failure_lines(done.all_events)[0]
