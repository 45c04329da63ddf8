"""A Spark cluster of this machine alone: a standalone master and workers on loopback, stopped by their own process ids."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ui_server import free_port, stop

from dagster_project.settings import Settings
from dagster_project.spark.process import missing

LOOPBACK = "127.0.0.1"
WORKERS = 2
PATIENCE_SECONDS = 60


def need_spark(settings: Settings) -> None:
    """Skip where Spark's environment or Java is not there, in the words that the command says."""
    if lacking := missing(settings):
        pytest.skip(lacking)


@contextlib.contextmanager
def spark_cluster(settings: Settings, folder: Path, worker_memory: str = "2g") -> Iterator[str]:
    """The address of a running master with its workers, one core each."""
    package = next(settings.spark_environment.glob("lib/python*/site-packages/pyspark"))
    run = str(package / "bin" / "spark-class")
    port = free_port()
    address = f"spark://{LOOPBACK}:{port}"
    environment = os.environ | {"SPARK_HOME": str(package), "SPARK_LOCAL_IP": LOOPBACK}
    folder.mkdir(parents=True, exist_ok=True)
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *arguments: str) -> Path:
        log = folder / f"{name}.log"
        with log.open("wb") as stream:
            started.append(
                subprocess.Popen(
                    [run, *arguments],
                    env=environment,
                    cwd=folder,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        return log

    try:
        master = start(
            "master", "org.apache.spark.deploy.master.Master", "--host", LOOPBACK, "--port", str(port),
            "--webui-port", str(free_port()),
        )  # fmt: skip
        _wait(master, "I have been elected leader", 1)
        for number in range(WORKERS):
            start(
                f"worker{number}", "org.apache.spark.deploy.worker.Worker", "--host", LOOPBACK, "--cores", "1", "--memory",
                worker_memory, "--webui-port", str(free_port()), "--work-dir", str(folder / f"work{number}"), address,
            )  # fmt: skip
        _wait(master, "Registering worker", WORKERS)
        yield address
    finally:
        for process in reversed(started):
            stop(process)


def _wait(log: Path, text: str, times: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if log.read_text(encoding="utf-8", errors="replace").count(text) >= times:
            return
        time.sleep(0.2)
    raise TimeoutError(f"{log} does not say {text!r} {times} times:\n{log.read_text(encoding='utf-8')[-2000:]}")
