"""Sensors: new files in the drop ask for a night; every night of Dagster's, however it ends, beats and is told. Bodies call `monitoring`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import dagster as dg

from dagster_project.dagster_runs import AGAIN_TAG, ORIGIN_TAG, OUTCOME_TAG, record_unrecorded
from dagster_project.defs.nightly import nightly
from dagster_project.defs.publishing import PUBLISHED_KEY
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.monitoring.after_a_night import after_a_night
from dagster_project.monitoring.night_end import NightEnd, Outcome
from dagster_project.monitoring.settling import look
from dagster_project.run_failures import failure_lines, was_broken_off
from dagster_project.settings import Settings
from dagster_project.stale_runs import close_stale_runs

LOOK_SECONDS = 15
"""Two looks and the start of a run fit into a minute."""


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensor on the drop, and those that follow a night."""

    @dg.sensor(
        name="new_files",
        job=nightly,
        minimum_interval_seconds=LOOK_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="原始数据文件夹中有新文件(已写完)时,载入、检查、发布。",
    )
    def new_files(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        record_unrecorded(settings, context.instance)
        close_stale_runs(context.instance)  # one that waits for a process that is gone would hold up all others
        broken_off = _broken_off(context.instance)
        found = look(settings, context.cursor or "", broken_off)
        context.update_cursor(found.cursor)
        if not found.is_news:
            return dg.SkipReason(found.text_zh)
        tags = {ORIGIN_TAG: "sensor"} | ({AGAIN_TAG: broken_off} if broken_off else {})
        return dg.SensorResult(run_requests=[dg.RunRequest(tags=tags)])

    return [
        new_files,
        _following("night_ended", dg.DagsterRunStatus.SUCCESS, settings, _success),
        _following("night_failed", dg.DagsterRunStatus.FAILURE, settings, _failure),
    ]


def _broken_off(instance: dg.DagsterInstance) -> str:
    """The last night, where it was broken off and repeats none itself; else empty."""
    for run in instance.get_runs(dg.RunsFilter(job_name=nightly.name), limit=1):
        if run.status == dg.DagsterRunStatus.FAILURE and AGAIN_TAG not in run.tags:
            entries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
            return run.run_id if was_broken_off(e.dagster_event for e in entries if e.dagster_event) else ""
    return ""


def _following(
    name: str,
    status: dg.DagsterRunStatus,
    settings: Settings,
    how: Callable[[list[dg.DagsterEvent]], tuple[Outcome, list[str]]],
) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        run_status=status,
        name=name,
        monitored_jobs=[nightly],
        minimum_interval_seconds=LOOK_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="夜间任务结束后记心跳,有变化时发提醒。",
    )
    def sensor(context: dg.RunStatusSensorContext) -> dg.SkipReason:
        run = context.dagster_run
        if run.tags.get(ORIGIN_TAG) == "command" or OUTCOME_TAG in run.tags:
            return dg.SkipReason("已经提醒过")
        events = [each.dagster_event for each in context.instance.all_logs(run.run_id) if each.dagster_event]
        outcome, reasons = how(events)
        record = context.instance.get_run_record_by_id(run.run_id)
        began, ended = (record.start_time, record.end_time) if record else (None, None)
        end = NightEnd(
            origin_of(run), _moment(began), _moment(ended), outcome, tuple(reasons), _version(events), run.run_id
        )
        return dg.SkipReason("\n".join(after_a_night(settings, end)) or "已记心跳")

    return sensor


def _success(events: list[dg.DagsterEvent]) -> tuple[Outcome, list[str]]:
    return ("published" if _version(events) else "quiet"), []


def _failure(events: list[dg.DagsterEvent]) -> tuple[Outcome, list[str]]:
    return "failed", failure_lines(events) or ["没有说明原因,请看运行记录"]


def origin_of(run: dg.DagsterRun) -> str:
    """Who asked for a run, as its tags say."""
    if origin := run.tags.get(ORIGIN_TAG):
        return origin
    return "backfill" if "dagster/backfill" in run.tags else "ui"


def _version(events: list[dg.DagsterEvent]) -> str:
    """The version that the run published; empty where it published nothing."""
    for event in events:
        if event.is_step_materialization and event.asset_key == PUBLISHED_KEY:
            version = event.materialization.metadata.get("version")
            return str(version.value) if version else ""
    return ""


def _moment(seconds: float | None) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, SHANGHAI) if seconds else dt.datetime.now(SHANGHAI)
