"""Nights that needed no Dagster, noted for it: whoever opens its storage next records them as runs. Noting one costs a line."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from dagster_project.monitoring.night_end import NightEnd
from dagster_project.settings import Settings

KEPT_LINES = 2000
"""Nights that are recorded at most, the latest: some years during which nobody opened Dagster."""


def note_unrecorded(settings: Settings, end: NightEnd) -> None:
    """Remember a night of which Dagster has no run.

    Raises:
        OSError: it could not be written.
    """
    line = json.dumps(
        {
            "origin": end.origin,
            "began_at": end.began_at.isoformat(),
            "ended_at": end.ended_at.isoformat(),
            "outcome": end.outcome,
            "version": end.version,
        }
    )
    with settings.unrecorded_nights.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def take_unrecorded(settings: Settings) -> list[NightEnd]:
    """The nights that were noted, and none of them again; a line that was half written is left out."""
    taken = settings.unrecorded_nights.with_suffix(".taken")
    try:
        settings.unrecorded_nights.rename(taken)
    except FileNotFoundError:
        return []
    nights = [_read(line) for line in taken.read_text(encoding="utf-8").splitlines()[-KEPT_LINES:]]
    Path(taken).unlink()
    return [night for night in nights if night]


def _read(line: str) -> NightEnd | None:
    try:
        told: dict[str, Any] = json.loads(line)
        began, ended = (dt.datetime.fromisoformat(told[name]) for name in ("began_at", "ended_at"))
        return NightEnd(told["origin"], began, ended, told["outcome"], (), told["version"])
    except (ValueError, KeyError, TypeError):
        return None
