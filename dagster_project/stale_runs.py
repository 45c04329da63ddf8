"""Runs that Dagster still shows as running although their process is gone: killed, or the power was cut."""

from __future__ import annotations

import time

from dagster import DagsterEventType, DagsterInstance, DagsterRunStatus, RunRecord, RunsFilter

from dagster_project.processes import began_at

UNFINISHED = [
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
QUIET_SECONDS = 600
"""A run that names no process yet may be about to begin; after this long it will not."""
CLOCK_SECONDS = 2
"""How far the time of a process and the time in the storage may lie apart."""


def close_stale_runs(instance: DagsterInstance) -> list[str]:
    """Mark such runs as failed, with the reason; returns a text for people where there were any."""
    closed = 0
    for record in instance.get_run_records(RunsFilter(statuses=UNFINISHED)):
        processes = _processes(instance, record)
        if any(_still_runs(pid, record) for pid in processes):
            continue
        if not processes and time.time() - record.create_timestamp.timestamp() < QUIET_SECONDS:
            continue
        run = instance.get_run_by_id(record.dagster_run.run_id)
        if run is None or run.is_finished:  # its process ended well between the two looks
            continue
        who = f"进程 {'、'.join(map(str, sorted(processes)))}" if processes else "它的进程"
        instance.report_run_failed(record.dagster_run, f"{who}已不在(被结束或断电),这次运行没有结束")
        closed += 1
    return [f"Dagster 中 {closed} 次没有结束的运行已记为失败:进程已不在(被结束或断电)"] if closed else []


def _processes(instance: DagsterInstance, record: RunRecord) -> set[int]:
    """The processes that a run says of itself it runs in."""
    found = set()
    for entry in instance.all_logs(record.dagster_run.run_id, of_type=DagsterEventType.ENGINE_EVENT):
        metadata = entry.dagster_event.engine_event_data.metadata if entry.dagster_event else {}
        pid = str(metadata["pid"].value) if "pid" in metadata else ""
        if pid.isdigit():
            found.add(int(pid))
    return found


def _still_runs(pid: int, record: RunRecord) -> bool:
    began = began_at(pid)
    return began is not None and began <= (record.start_time or time.time()) + CLOCK_SECONDS
