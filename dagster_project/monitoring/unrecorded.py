"""What was done without Dagster, noted for it: whoever opens its storage next records it. Noting costs a line, opening costs seconds."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.monitoring.night_end import NightEnd
from dagster_project.settings import Settings

KEPT_LINES = 2000
"""What is recorded at most, the latest: some years during which nobody opened Dagster."""


@dataclass(frozen=True)
class DocumentsMade:
    """The documents of a year that the command line wrote."""

    year: int
    version: str
    files: tuple[str, ...]
    made_at: str


def note_night(settings: Settings, end: NightEnd) -> None:
    """Remember a night of which Dagster has no run.

    Raises:
        OSError: it could not be written.
    """
    told = {"origin": end.origin, "outcome": end.outcome, "version": end.version}
    _note(settings, told | {"began_at": end.began_at.isoformat(), "ended_at": end.ended_at.isoformat()})


def note_documents(settings: Settings, year: int, version: str, files: Sequence[Path]) -> None:
    """Remember the documents of a year.

    Raises:
        OSError: it could not be written.
    """
    made_at = dt.datetime.now(SHANGHAI).isoformat(timespec="seconds")
    _note(settings, {"year": year, "version": version, "files": [str(file) for file in files], "made_at": made_at})


def take_unrecorded(settings: Settings) -> list[NightEnd | DocumentsMade]:
    """What was noted, in order, and none of it again; a line that was half written is left out."""
    taken = settings.unrecorded.with_suffix(".taken")
    try:
        settings.unrecorded.rename(taken)
    except FileNotFoundError:
        return []
    noted = [_read(line) for line in taken.read_text(encoding="utf-8").splitlines()[-KEPT_LINES:]]
    taken.unlink()
    return [each for each in noted if each]


def _note(settings: Settings, told: dict[str, Any]) -> None:
    with settings.unrecorded.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(told) + "\n")


def _read(line: str) -> NightEnd | DocumentsMade | None:
    try:
        told: dict[str, Any] = json.loads(line)
        if "files" in told:
            return DocumentsMade(told["year"], told["version"], tuple(told["files"]), told["made_at"])
        began, ended = (dt.datetime.fromisoformat(told[name]) for name in ("began_at", "ended_at"))
        return NightEnd(told["origin"], began, ended, told["outcome"], (), told["version"])
    except (ValueError, KeyError, TypeError):
        return None
