"""The heartbeat: each night writes when it ran, so that a scheduler that is dead can be told without it, and without Dagster."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.monitoring.night_end import ORIGINS_ZH, OUTCOMES_ZH, NightEnd
from dagster_project.on_disk import write_whole
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Pulse:
    """Whether nights run as the schedule says, and what was seen, in words for people.

    ``state_zh`` says since when none ran: the same on every look, however many were missed.
    """

    is_alive: bool
    seen_zh: str
    state_zh: str = ""


def beat(settings: Settings, end: NightEnd) -> None:
    """Write that a night ran, and how it ended.

    Raises:
        OSError: it could not be written.
    """
    told = {
        "began_at": end.began_at.isoformat(timespec="seconds"),
        "ended_at": end.ended_at.isoformat(timespec="seconds"),
        "origin": end.origin,
        "outcome": end.outcome,
        "version": end.version,
        "run_id": end.run_id,
    }
    settings.heartbeat.parent.mkdir(parents=True, exist_ok=True)
    write_whole(settings.heartbeat, json.dumps(told).encode())


def pulse(settings: Settings, now: dt.datetime) -> Pulse:
    """Whether the last night began when, or after, one was due.

    A night is due every day at ``JIXIAO_NIGHT_AT`` (Asia/Shanghai); it is told of ``JIXIAO_NIGHT_GRACE_HOURS`` later.
    A night that somebody ran by hand since counts too: what the ledgers say was looked at.
    """
    due = due_before(settings, now)
    last = last_beat(settings)
    if last is None:
        never = f"{settings.heartbeat} 不在或读不出:没有夜间任务运行过的记录"
        return Pulse(False, never, never)
    began = last["began_at"]
    outcome = OUTCOMES_ZH.get(last.get("outcome", ""), "")
    origin = ORIGINS_ZH.get(last.get("origin", ""), "")
    told = f"上一次夜间任务 {began:%Y-%m-%d %H:%M}(北京时间,{origin},{outcome})"
    if began < due:
        since = f"{told},此后应在每天 {settings.night_at} 运行的没有运行"
        return Pulse(False, f"{told};应在 {due:%Y-%m-%d %H:%M} 运行的没有运行", since)
    return Pulse(True, told)


def last_beat(settings: Settings) -> dict[str, Any] | None:
    """What the last night wrote, its moments as such; None where it cannot be read."""
    try:
        last: dict[str, Any] = json.loads(settings.heartbeat.read_bytes())
        moments = {
            name: dt.datetime.fromisoformat(last[name]).astimezone(SHANGHAI) for name in ("began_at", "ended_at")
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return {**last, **moments}


def due_before(settings: Settings, now: dt.datetime) -> dt.datetime:
    """The last moment at which a night had to begin, as far as one may already be missed."""
    hour, minute = map(int, settings.night_at.split(":"))
    latest = now.astimezone(SHANGHAI) - dt.timedelta(hours=settings.night_grace_hours)
    due = latest.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return due if due <= latest else due - dt.timedelta(days=1)
