"""`jixiao ui` as a process for tests: started once, asked over the network, stopped by its process id."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from dagster_project.dagster_home import open_instance
from dagster_project.settings import PROJECT_ROOT, Settings

LOCATION = {"repositoryName": "__repository__", "repositoryLocationName": "dagster_project.definitions"}
LAUNCH = """
mutation Launch($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename
  ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }
"""

LONGEST_START_SECONDS = 300


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)


def answer_of(response: http.client.HTTPResponse, text: str) -> Answer:
    """An answer with its headers; one that stands there twice is joined."""
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        headers[name.lower()] = ", ".join(filter(None, [headers.get(name.lower()), value]))
    return Answer(response.status, text, headers)


@dataclass
class Served:
    """A server of ours that answers on a port of loopback."""

    settings: Settings
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes | str = b"", headers: dict[str, str] | None = None) -> Answer:
        """One request with exactly these headers, besides Host where none is given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, body or None, headers or {})
            response = connection.getresponse()
            return answer_of(response, response.read().decode())

    def wait_until_it_answers(self, path: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError):
                self.ask("GET", path)
                return
            time.sleep(0.1)
        raise AssertionError(f"no answer: {self.log.read_text()}")


Server = TypeVar("Server", bound=Served)


@contextlib.contextmanager
def served(
    kind: type[Server],
    command: Sequence[str],
    health: str,
    settings: Settings,
    log: Path,
    environment: Mapping[str, str],
) -> Iterator[Server]:
    """Start a server and wait until its page of health answers; stop it and all it started, however the test ends."""
    port = free_port()
    own = {"JIXIAO_BUILD_DIR": str(settings.build_dir), "JIXIAO_RAW_DIR": str(settings.raw_dir)}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=PROJECT_ROOT, env={**os.environ, **own, **environment}, stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    running = kind(settings, port, process, log)
    try:
        running.wait_until_it_answers(health, LONGEST_START_SECONDS)
        yield running
    finally:
        stop(process)


class RunningUi(Served):
    """The UI."""

    def graphql(self, query: str, headers: dict[str, str] | None = None, **variables: Any) -> dict[str, Any]:
        """What a page of the UI's own gets; other headers where given."""
        own = {"Content-Type": "application/json", "Origin": self.origin} | (headers or {})
        answer = self.ask("POST", "/graphql", json.dumps({"query": query, "variables": variables}), own)
        assert answer.status in (200, 500), answer  # Dagster says 500 where the answer is an error of Python
        return json.loads(answer.text)

    def runs(self) -> list[tuple[str, str]]:
        """Every run that Dagster's storage knows, with its state."""
        with open_instance(self.settings) as instance:
            return sorted((run.run_id, run.status.value) for run in instance.get_runs())


def launch_params(job: str, config: dict[str, Any], assets: list[list[str]] | None = None) -> dict[str, Any]:
    """What a page sends to launch a job, or some assets of it."""
    selector: dict[str, Any] = {**LOCATION, "pipelineName": job}
    if assets:
        selector |= {"assetSelection": [{"path": path} for path in assets], "assetCheckSelection": []}
    return {"selector": selector, "runConfigData": config, "mode": "default"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def running_ui(settings: Settings, log: Path, **environment: str) -> contextlib.AbstractContextManager[RunningUi]:
    """`jixiao ui`, once it has loaded the definitions."""
    command = [str(Path(sys.executable).with_name("jixiao")), "ui"]
    return served(RunningUi, command, "/server_info", settings, log, environment)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and the processes it started: they are one group."""
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(30)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
