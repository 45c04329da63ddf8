"""Why a run of the job failed, in lines for people, from the events that Dagster keeps of it."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg
import sqlalchemy.exc

from dagster_project.building.plain_words import plain

STORAGE_ERRORS, STORAGE_DRIVER = {"OperationalError", "InterfaceError", "DagsterPostgresException"}, "psycopg2"
"""By what a step is known whose events could not be stored."""


def failure_lines(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """What dbt found, or the broken blocking checks, or the first line of each error."""
    events = list(events)
    failed = [event.step_failure_data for event in events if event.is_step_failure]
    told = [failure.user_failure_data.description or "" for failure in failed if failure.user_failure_data]
    if reasons := [plain(line) for description in told for line in description.splitlines()]:
        return reasons
    for event in events:
        if event.event_type != dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            continue
        evaluation = event.asset_check_evaluation_data
        if not evaluation.passed and evaluation.blocking and evaluation.severity == dg.AssetCheckSeverity.ERROR:
            findings = evaluation.metadata.get("findings")
            texts = findings.value if findings is not None else [evaluation.check_name]
            reasons += [f"{'/'.join(evaluation.asset_key.path)}: {text}" for text in texts]  # type: ignore[union-attr]
    return reasons or [_first_line(failure.error) for failure in failed if failure.error] or _of_run(events)


def _of_run(events: Iterable[dg.DagsterEvent]) -> list[str]:
    """Why a run failed of which no step did: its process was gone, or it could not begin."""
    for event in events:
        data = event.event_specific_data
        if event.event_type == dg.DagsterEventType.RUN_FAILURE:
            error = getattr(data, "error", None)
            return [_first_line(error) if error else str(event.message)]
    return []


def was_broken_off(events: Iterable[dg.DagsterEvent]) -> bool:
    """Whether a failed run failed by no fault of what it did: its process was gone, or Dagster's storage."""
    failures = [event.step_failure_data for event in events if event.is_step_failure]
    return all(_is_of_storage(failure.error) for failure in failures)


def _is_of_storage(error: dg.SerializableErrorInfo | None) -> bool:
    while error is not None:
        if error.cls_name in STORAGE_ERRORS and STORAGE_DRIVER in error.message:
            return True
        error = error.cause or error.context
    return False


def system_error(error: BaseException | None) -> BaseException | None:
    """What the system or a database said, at the bottom of what was made of it; None where neither said anything."""
    while error is not None:
        if isinstance(error, OSError):
            return error
        if isinstance(error, sqlalchemy.exc.DatabaseError):
            return error.orig
        error = error.__cause__ or error.__context__
    return None


def _first_line(error: dg.SerializableErrorInfo) -> str:
    """What the error at the bottom of a chain says."""
    while error.cause:
        error = error.cause
    return plain(error.message.strip().splitlines()[0])
