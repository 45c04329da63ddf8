"""Originals whose time is over are removed, but for those that a certified version rests on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from dagster_project.ingestion.originals import Originals
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.publishing.signatures import frozen_versions
from dagster_project.settings import Settings

SUBMISSIONS = "quality/submissions.parquet"


def remove_old_originals(settings: Settings, now: dt.datetime | None = None) -> list[Path]:
    """Remove the originals whose years are over; returns those removed.

    Raises:
        SignatureError: the log of signatures was changed, so that nobody knows what is certified; nothing is removed.
    """
    if not settings.originals_years:
        return []
    originals = Originals(settings.keeping.originals_of(settings.landing_dir))
    entries = SubmissionLog(settings.landing_dir / LOG_NAME).entries
    over = originals.over(entries, settings.originals_years, now or dt.datetime.now().astimezone())
    if not over:
        return []
    certified = _certified(settings)
    removed = [path for path in over if path.stem not in certified]
    for path in removed:
        path.unlink()
    return removed


def _certified(settings: Settings) -> set[str]:
    """The SHA-256 of every file that a certified version rests on.

    A certified version that cannot be read holds everything back: the error is raised.
    """
    found: set[str] = set()
    with duckdb.connect() as connection:
        for version in frozen_versions(settings.serving_dir):
            path = settings.serving_dir / "versions" / version / SUBMISSIONS
            rows = connection.execute("select distinct sha256 from read_parquet(?)", [str(path)]).fetchall()
            found |= {sha256 for (sha256,) in rows}
    return found
