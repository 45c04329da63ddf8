"""A real browser without a window, for tests: opens pages, runs scripts in them, hears what they complain of."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

AXE = "axe-core@4.14.1"
NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--headless=new", "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-sync", "--disable-dev-shm-usage",
    "--metrics-recording-only", "--password-store=basic", "--remote-debugging-port=0",
    # The browser's own barrier between sites and local servers is taken away: what holds must be ours.
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,HttpsUpgrades,HttpsFirstBalancedMode",
)  # fmt: skip


def browser_program() -> str:
    """The browser of this machine; skips the test where there is none, and fails it in CI, which sets `BROWSER_TESTS=required`."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    message = "no browser: install chromium (Debian: apt-get install chromium)"
    if os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail(message)
    pytest.skip(message)


class Page:
    """One page, driven over the debugging protocol. ``complaints``: errors of its console, scripts and requests."""

    def __init__(self, connection: ClientConnection):
        self._connection = connection
        self._number = 0
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def open(self, url: str, seconds: float = 60) -> None:
        """Go to an address and wait until the page has loaded."""
        self.complaints.clear()
        self.call("Page.navigate", url=url)
        self._until(lambda event: event.get("method") == "Page.loadEventFired", seconds)

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait_for(self, script: str, seconds: float = 60) -> Any:
        """Wait until an expression is true."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if value := self.run(script):
                return value
            time.sleep(0.2)
        raise AssertionError(f"never true: {script}; {self.complaints}; {self.run('document.body.innerText')[:2000]}")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol, and its result."""
        self._number += 1
        number = self._number
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        answer = self._until(lambda event: event.get("id") == number, 60)
        assert "error" not in answer, answer
        return answer["result"]

    def _until(self, is_wanted: Any, seconds: float) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while True:
            event = json.loads(self._connection.recv(timeout=max(0.1, until - time.monotonic())))
            self._note(event)
            if is_wanted(event):
                return event

    def _note(self, event: dict[str, Any]) -> None:
        parameters = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(parameters["exceptionDetails"])[:500])
        if event.get("method") == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "assert"):
            self.complaints.append(json.dumps(parameters["args"])[:500])
        if event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(json.dumps(parameters["entry"])[:500])


@contextlib.contextmanager
def browser(folder: Path, *switches: str) -> Iterator[Page]:
    """A browser with a profile of its own in a folder, and its one page; ended by its process id."""
    command = [browser_program(), *SWITCHES, *switches, f"--user-data-dir={folder}", "about:blank"]
    if os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(_page_address(folder, process), max_size=1 << 26) as connection:
            yield Page(connection)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _page_address(folder: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the browser ended by itself"
        with contextlib.suppress(OSError, ValueError, IndexError, StopIteration):
            port = int((folder / "DevToolsActivePort").read_text().splitlines()[0])
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
                return next(each for each in json.load(answer) if each["type"] == "page")["webSocketDebuggerUrl"]
        time.sleep(0.1)
    raise AssertionError("the browser did not start")


def axe_source(folder: Path) -> str:
    """The script of axe-core from the registry of npm; skips the test where it cannot be had, fails it where CI demands it."""
    packed = None
    if shutil.which("npm"):
        packed = subprocess.run(["npm", "pack", AXE, "--silent"], cwd=folder, capture_output=True, timeout=120)
    if packed is None or packed.returncode:
        message = f"no {AXE}: install npm and let it reach a registry"
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(message)
        pytest.skip(message)
    with tarfile.open(next(folder.glob("axe-core-*.tgz"))) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()
