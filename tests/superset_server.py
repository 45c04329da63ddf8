"""Superset as `jixiao bi` starts it, on a published file, and its API as a script speaks to it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ui_server import free_port, stop

from dagster_project.bi.superset import Prepared, command, environment, prepare, python_of
from dagster_project.settings import Settings


@dataclass
class RunningSuperset:
    """A server that answers, and what its preparation told."""

    settings: Settings
    port: int
    prepared: Prepared
    token: str = field(default="", repr=False)
    csrf: str = field(default="", repr=False)
    opener: urllib.request.OpenerDirector = field(
        default_factory=lambda: urllib.request.build_opener(urllib.request.HTTPCookieProcessor()), repr=False
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """The status and the JSON of an answer; with a body it is a POST."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if bearer := self.token if token is None else token:
            headers |= {"Authorization": f"Bearer {bearer}", "X-CSRFToken": self.csrf, "Referer": self.url}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        try:
            opener = self.opener if bearer else urllib.request.build_opener()
            with opener.open(request, timeout=120) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            with contextlib.suppress(ValueError):
                return error.code, json.loads(text)
            return error.code, text

    def log_in(self) -> None:
        body = {"username": "admin", "password": self.prepared.password, "provider": "db", "refresh": False}
        status, told = self.ask("/api/v1/security/login", body, token="")
        assert status == 200, told
        self.token = told["access_token"]
        status, told = self.ask("/api/v1/security/csrf_token/")
        assert status == 200, told
        self.csrf = told["result"]


def settings_for(published: Path, folder: Path) -> Settings:
    """Settings of an installation of its own that reads ``folder/current``, a link to a version; skips where Superset is not installed."""
    (folder / "current").symlink_to(published.resolve().parent)
    address = f"duckdb:///{folder / 'current' / published.name}"
    settings = Settings(build_dir=folder / "build", bi_database=address)  # type: ignore[arg-type]
    if not python_of(settings).is_file():
        pytest.skip(
            f"Superset is not installed in {settings.superset_environment} (about 1 GB): make test-bi sets it up"
        )
    return settings


@contextlib.contextmanager
def running_superset(settings: Settings, log: Path) -> Iterator[RunningSuperset]:
    """Prepare, serve, log in; stop it and all it started, however the test ends."""
    settings.export_to_environment()
    prepared = prepare(settings)
    port = free_port()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command(settings, port), env=environment(settings), cwd=settings.superset_home,
            stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    superset = RunningSuperset(settings, port, prepared)
    try:
        until = time.monotonic() + 180
        while True:
            assert process.poll() is None and time.monotonic() < until, log.read_text()[-4000:]
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{superset.url}/health", timeout=10):
                break
            time.sleep(0.5)
        superset.log_in()
        yield superset
    finally:
        stop(process)
