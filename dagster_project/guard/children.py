"""Dagster's code server and daemon as child processes that end with this one."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from dagster_project.processes import ask_to_end_with_parent

CODE = "dagster_project.definitions"
LOADED_S = 300
"""Seconds for the definitions to load: a first start parses the dbt project, on a slow disk beside other work."""
STOPPED_S = 20
"""Seconds for a child to end by itself before it is killed."""


class ChildError(RuntimeError):
    """Dagster's code server or daemon ended; the message says which."""


class Children:
    """The two processes behind the UI. They speak over a Unix socket in ``folder``, which only this user can enter."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        self.workspace = folder / "workspace.yaml"
        self._socket = folder / "code.sock"
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        server = {"grpc_server": {"location_name": CODE, "socket": str(self._socket)}}
        self.workspace.write_text(yaml.dump({"load_from": [server]}), encoding="utf-8")

    @contextlib.contextmanager
    def running(self) -> Iterator[Children]:
        """The code server loads the definitions; whatever runs is stopped at the end, however it comes."""
        try:
            self._start("代码服务", "dagster", "code-server", "start", "--socket", str(self._socket), "-m", CODE,
                        "--location-name", CODE, "--log-level", "warning")  # fmt: skip
            yield self
        finally:
            self._stop()

    def ended(self) -> str:
        """The name of a child that ended, empty while both run."""
        return next((name for name, process in self._running.items() if process.poll() is not None), "")

    def _start(self, name: str, program: str, *arguments: str) -> None:
        command = [str(Path(sys.executable).with_name(program)), *arguments]
        self._running[name] = subprocess.Popen(  # noqa: S603
            command, env=self._environment, stdin=subprocess.DEVNULL, preexec_fn=_begin
        )

    def wait_until_loaded(self) -> None:
        """Wait for the definitions, and start the daemon that needs them.

        Raises:
            ChildError: they cannot be loaded.
        """
        until = time.monotonic() + LOADED_S
        while time.monotonic() < until and not self.ended():
            with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
                probe.connect(str(self._socket))
                self._start("调度服务", "dagster-daemon", "run", "-w", str(self.workspace), "--log-level", "warning")
                return
            time.sleep(0.1)
        raise ChildError(f"{self.ended() or '代码服务'}没有启动;请看上面的输出,改正后重新运行 jixiao ui")

    def _stop(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGINT)
        until = time.monotonic() + STOPPED_S
        for process in self._running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _begin() -> None:
    """What a new process does first: hear interrupts, which one in the background inherits as ignored, and end with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    ask_to_end_with_parent(signal.SIGTERM)
