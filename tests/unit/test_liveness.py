"""What a monitor is told, with which status, and when a storage that is gone is told of."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from dagster_project.guard.app import Guard
from dagster_project.guard.login import Login
from dagster_project.guard.sites import allowed_sites
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.monitoring import storage_watch
from dagster_project.monitoring.heartbeat import beat
from dagster_project.monitoring.liveness import liveness
from dagster_project.monitoring.night_end import NightEnd, Outcome
from dagster_project.monitoring.storage_watch import LOOK_SECONDS, StorageWatch
from dagster_project.settings import Settings

NOW = dt.datetime(2024, 3, 12, 9, 0, tzinfo=SHANGHAI)


def after(settings: Settings, hour: int, outcome: Outcome, day: int = 12) -> None:
    began = dt.datetime(2024, 3, day, hour, 0, tzinfo=SHANGHAI)
    beat(settings, NightEnd("schedule", began, began + dt.timedelta(minutes=2), outcome, version="abc"))


def test_all_is_well_after_a_night_that_published_and_each_fault_is_told_by_its_name(tmp_path: Path) -> None:
    settings = Settings(build_dir=tmp_path)
    assert not liveness(settings, NOW, "", "").is_well, "no night ever ran"
    after(settings, 2, "quiet")
    seen = liveness(settings, NOW, "", "")
    assert seen.is_well and seen.told["last_night"]["age_seconds"] == 7 * 3600 - 120
    for told, seen in {
        "processes": liveness(settings, NOW, "调度服务", ""),
        "storage": liveness(settings, NOW, "", "postgresql://jixiao:geheim@db/dagster"),
        "night_in_time": liveness(settings, NOW + dt.timedelta(days=1), "", ""),
    }.items():
        assert not seen.is_well and [name for name, well in seen.told.items() if well is False] == [told]
        assert "geheim" not in json.dumps(seen.told)
    after(settings, 2, "failed")
    assert not liveness(settings, NOW, "", "").told["night_published"]


def asked(guard: Guard, method: str, host: str, path: str = "/health") -> tuple[int, bytes]:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [(b"host", host.encode())], "client": ("x", 1)}
    asyncio.run(guard(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


async def no_app(*_: Any) -> None:
    raise AssertionError("nothing of this may reach Dagster")


def test_health_needs_no_token_but_the_right_address_and_changes_nothing() -> None:
    health = [(True, {"status": "ok"})]
    guard = Guard(no_app, allowed_sites(3000, ""), Login("a" * 32, 3000), lambda: health[0])
    assert asked(guard, "GET", "127.0.0.1:3000") == (200, b'{"status": "ok"}\n')
    health[0] = (False, {"status": "not_ok"})
    assert asked(guard, "GET", "127.0.0.1:3000")[0] == 503
    assert asked(guard, "GET", "elsewhere.example")[0] == 403
    assert asked(guard, "POST", "127.0.0.1:3000")[0] == 403
    assert asked(guard, "GET", "127.0.0.1:3000", "/healthz")[0] == 401


def test_a_storage_that_is_gone_for_two_looks_is_told_once_and_its_return_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, fault = [0.0], [""]
    monkeypatch.setattr(storage_watch, "storage_fault", lambda settings: fault[0])
    settings = Settings(build_dir=tmp_path, dagster_postgres="postgresql://u:p@h/d")
    watch = StorageWatch(settings, lambda: now[0])

    def looked() -> list[str]:
        watch.look()
        now[0] += LOOK_SECONDS
        return (
            sorted(path.read_text().splitlines()[0] for path in settings.outbox_dir.glob("*"))
            if settings.outbox_dir.is_dir()
            else []
        )

    assert looked() == []
    fault[0] = "away"
    assert looked() == [], "a restart is no trouble"
    assert len(looked()) == 1 and "连接不上" in looked()[0] and watch.fault == "away"
    fault[0] = ""
    assert any("又能连接" in title for title in looked()) and watch.fault == ""
    assert len(looked()) == 2


def test_files_need_no_watch(tmp_path: Path) -> None:
    watch = StorageWatch(Settings(build_dir=tmp_path))
    assert watch.look() == [] and watch.fault == "" and not (tmp_path / "outbox").exists()
