"""What a monitor asks: does it live, when did the last night end, does anything need a person? Plain values, nothing of data or access."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from dagster_project.monitoring.heartbeat import last_beat, pulse
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Liveness:
    """Whether all is well, and what was seen, ready to be written as JSON."""

    is_well: bool
    told: dict[str, Any]


def liveness(settings: Settings, now: dt.datetime, ended_process: str, storage_fault: str) -> Liveness:
    """What there is to say of a UI that runs.

    Args:
        settings: where the heartbeat is, and when nights are due.
        now: the moment, with a time zone.
        ended_process: the process behind the UI that ended, empty where all run.
        storage_fault: why Dagster's storage cannot be used; only that it cannot is told.
    """
    last, beats = last_beat(settings), pulse(settings, now).is_alive
    is_published = last is not None and last.get("outcome") in ("published", "quiet")
    parts = {
        "night_in_time": beats,
        "night_published": is_published,
        "processes": not ended_process,
        "storage": not storage_fault,
    }
    night = {
        "began_at": last["began_at"].isoformat(),
        "ended_at": last["ended_at"].isoformat(),
        "outcome": last.get("outcome", ""),
        "age_seconds": round((now - last["ended_at"]).total_seconds()),
    } if last else None  # fmt: skip
    is_well = all(parts.values())
    return Liveness(is_well, {"status": "ok" if is_well else "not_ok", **parts, "last_night": night})
