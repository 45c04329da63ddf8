"""Old nights go from Dagster's storage: one that builds leaves some ten megabytes of events, and years of them would fill the disk."""

from __future__ import annotations

from dagster import DagsterInstance, RunsFilter
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

from dagster_project.aside import remove
from dagster_project.dagster_runs import NIGHT, OUTCOME_TAG
from dagster_project.settings import Settings

AT_ONCE = 20
"""Nights that go in one call: the first one after years must not hold up a night."""
QUIET_FOR_EACH = 10
"""Nights without news are a few rows: so many stay for each that built."""


def forget_old_runs(settings: Settings, instance: DagsterInstance) -> int:
    """Remove the nights that are over and of which enough younger ones stay, the oldest first; returns how many went.

    Only nights: what other jobs made, such as the documents of a year, is made by one run and shown for years. The last nights
    that built stay, so every asset and check keeps the state that they left.
    """
    runs = [run for run in instance.get_runs(RunsFilter(job_name=NIGHT)) if run.is_finished]  # the latest first
    built = [run for run in runs if OUTCOME_TAG not in run.tags]
    quiet = [run for run in runs if OUTCOME_TAG in run.tags]
    over = built[settings.kept_runs :] + quiet[settings.kept_runs * QUIET_FOR_EACH :]
    for run in over[-AT_ONCE:]:
        with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
            # Dagster leaves these behind: each as large as its event.
            connection.execute(
                AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run.run_id)
            )
        instance.delete_run(run.run_id)
        remove(settings.dagster_home / "storage" / run.run_id)
    return len(over[-AT_ONCE:])
