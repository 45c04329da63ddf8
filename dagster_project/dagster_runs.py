"""Nights that Dagster did not start, shown as runs of its job: those of the command line, and those that found nothing to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dagster import (
    AssetKey,
    AssetMaterialization,
    DagsterEvent,
    DagsterEventType,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    MetadataValue,
)
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.storage.runs import SqliteRunStorage, SqlRunStorage

from dagster_project.monitoring.night_end import OUTCOMES_ZH, NightEnd
from dagster_project.monitoring.unrecorded import DocumentsMade, take_unrecorded
from dagster_project.settings import Settings

ORIGIN_TAG = "jixiao/origin"
"""Who asked for a run: the keys of `monitoring.night_end.ORIGINS_ZH`."""
OUTCOME_TAG = "jixiao/outcome"
"""How a night ended that was recorded afterwards."""
AGAIN_TAG = "jixiao/again"
"""Of a night that repeats one that was broken off: which. It is not repeated itself."""
LOCATION, REPOSITORY = "dagster_project.definitions", "__repository__"
"""Under which names the UI has loaded the definitions (`guard.children`)."""
NIGHT = "nightly"
ANNUAL_REPORT = AssetKey(["reports", "annual_report"])


class PlacedRuns(SqlRunStorage):
    """A run in process is stored with the place of its job, without which no timeline shows it."""

    def add_run(self, dagster_run: DagsterRun) -> DagsterRun:
        """Store a new run."""
        if dagster_run.remote_job_origin is None and ORIGIN_TAG in dagster_run.tags:
            place = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(LOCATION), REPOSITORY)
            super().add_run(dagster_run._replace(remote_job_origin=RemoteJobOrigin(place, dagster_run.job_name)))
            return dagster_run
        return super().add_run(dagster_run)


class Runs(PlacedRuns, SqliteRunStorage):
    """Dagster's runs in SQLite."""

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Runs:
        """Dagster's way to make one from dagster.yaml."""
        return cls.from_local(inst_data=inst_data, **config_value)


def record_unrecorded(settings: Settings, instance: DagsterInstance) -> None:
    """Record what needed no Dagster: nights without news as runs of the job, at their time; documents as their asset made.

    Such a run plans no asset and no check: what Dagster says of these stays as the last night that built left it.
    """
    for noted in take_unrecorded(settings):
        if isinstance(noted, DocumentsMade):
            metadata = _told_of(settings, noted)
            made = AssetMaterialization(ANNUAL_REPORT, partition=str(noted.year), metadata=metadata)
            instance.report_runless_asset_event(made)
        else:
            _record(instance, noted)


def _told_of(settings: Settings, made: DocumentsMade) -> dict[str, Any]:
    from dagster_project.asset_pages.documents import pictures_of_year

    department = Path(made.files[0]).parent.name if made.files else settings.department_code
    pictures = pictures_of_year(settings, made.version, [made.year], department)
    told = {heading: MetadataValue.md(text) for heading, text in pictures.items()}
    return {"version": made.version, **told, "files": list(made.files), "made_at": made.made_at}


def _record(instance: DagsterInstance, night: NightEnd) -> None:
    tags = {ORIGIN_TAG: night.origin, OUTCOME_TAG: night.outcome}
    run = instance.add_run(DagsterRun(NIGHT, tags=tags, status=DagsterRunStatus.NOT_STARTED))
    text = f"{OUTCOMES_ZH[night.outcome]};版本 {night.version or '(无)'}"
    for kind, moment in (
        (DagsterEventType.PIPELINE_START, night.began_at),
        (DagsterEventType.PIPELINE_SUCCESS, night.ended_at),
    ):
        event = DagsterEvent(event_type_value=kind.value, job_name=NIGHT, message=text)
        instance.report_dagster_event(event, run.run_id, timestamp=moment.timestamp())
