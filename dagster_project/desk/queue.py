"""The queue of uploads: first come first served, a bounded number of readers, and where each upload stands in it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections import Counter, deque
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dagster_project.desk.audit import Audit
from dagster_project.desk.limits import DeskLimits
from dagster_project.desk.trial import Job
from dagster_project.desk.uploads import Upload, Uploads
from dagster_project.desk.worker import handed_settings
from dagster_project.ingestion.children import ALONE
from dagster_project.settings import PROJECT_ROOT, Settings

LOG = logging.getLogger(__name__)
START_SECONDS = 120
NOT_STARTED = (OSError, TimeoutError, RuntimeError)
LONGEST_LINE = 16 << 20
"""Bytes of an answer: some hundred findings of the longest cells that a page shows."""
NOTHING_SAID = {"period": "", "place": ""}
"""What an answer lacks where the file could not be read."""
TOO_LONG_ZH = "读取这个文件用时超过上限,已停止;请拆成几个文件,或交给数据管理员"
NOT_STARTED_ZH = "读取程序没有启动,文件没有读;请稍后重新上传,再不行请告知管理员"
ENDED_ZH = "读取这个文件的程序停止了(内存或处理器时间超过上限,或文件损坏);请另存为新的工作簿再试"


class Queue:
    """Uploads that wait, and the processes that read them. All of it belongs to one event loop."""

    def __init__(self, settings: Settings, uploads: Uploads, limits: DeskLimits, audit: Audit):
        self.settings, self.uploads, self.limits, self.audit = settings, uploads, limits, audit
        self._waiting: deque[Upload] = deque()
        self._reading: dict[str, Upload] = {}
        self._done: dict[str, asyncio.Event] = {}
        self._news = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the readers; what waited when the desk ended last waits again."""
        self._waiting.extend(
            sorted((each for each in self.uploads.all() if each.state == "waiting"), key=lambda each: each.at)
        )
        self._tasks = [asyncio.create_task(self._read_on()) for _ in range(self.settings.desk_workers)]

    async def stop(self) -> None:
        """End the readers. What waits is kept on disk."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def has_room(self, department: str, files: int) -> bool:
        """Whether so many files of a department may join the queue."""
        own = Counter(each.department for each in self._waiting)[department]
        limits = self.limits.upload
        return own + files <= limits.waiting_per_department and len(self._waiting) + files <= limits.waiting

    async def add(self, upload: Upload) -> None:
        """Put an upload at the end."""
        self._done[upload.upload_id] = asyncio.Event()
        async with self._news:
            self._waiting.append(upload)
            self._news.notify()

    def place(self, upload_id: str) -> int:
        """How many uploads stand before it, 0 where it is being read or was."""
        return next((n for n, each in enumerate(self._waiting, start=1) if each.upload_id == upload_id), 0)

    @property
    def length(self) -> int:
        """How many wait or are being read, of all departments."""
        return len(self._waiting) + len(self._reading)

    async def wait(self, upload_id: str, seconds: float) -> None:
        """Wait until an upload is answered, at most so long."""
        if event := self._done.get(upload_id):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)

    async def _read_on(self) -> None:
        reader = _Reader(self.settings, self.limits)
        try:
            with contextlib.suppress(*NOT_STARTED):  # the first upload tries again, and says so where it fails
                await reader.start()
            while True:
                async with self._news:
                    while not self._waiting:
                        await self._news.wait()
                    upload = self._waiting.popleft()
                    self._reading[upload.upload_id] = upload
                try:
                    await self._read(reader, upload)
                except Exception:
                    LOG.exception("upload %s could not be answered", upload.upload_id)
                finally:
                    self._reading.pop(upload.upload_id, None)
                    if event := self._done.pop(upload.upload_id, None):
                        event.set()
        finally:
            reader.end()

    async def _read(self, reader: _Reader, upload: Upload) -> None:
        folder = self.uploads.folder(upload)
        job = Job(str(self.uploads.file(upload)), str(folder), upload.department, upload.ledger, upload.period,
                  self.limits.shown.findings)  # fmt: skip
        said = NOTHING_SAID | await reader.answer(job)
        if fault := said.pop("fault", ""):
            LOG.error("upload %s: %s", upload.upload_id, fault)
        self.uploads.answered(upload, said)
        self.audit.log("answered", upload.department, upload.token_id, upload_id=upload.upload_id, sha256=upload.sha256,
                       reason=said["verdict"])  # fmt: skip


class _Reader:
    """One reading process, started anew where it ended or has read enough."""

    def __init__(self, settings: Settings, limits: DeskLimits):
        self.settings, self.limits = settings, limits
        self.process: asyncio.subprocess.Process | None = None
        self.files = 0

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        path = os.pathsep.join([str(PROJECT_ROOT), *sys.path])
        environment = {**self.settings.bare_environment(), **dict(ALONE), "PYTHONPATH": path}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dagster_project.desk.worker", env=environment, cwd=Path("/"), limit=LONGEST_LINE,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        self.files = 0
        await self._tell(handed_settings(self.settings))
        if await self._heard(START_SECONDS) != "ready":
            self.end()
            raise RuntimeError("the reading process does not start")

    async def answer(self, job: Job) -> dict[str, Any]:
        """What it says of an upload; where it does not live to say anything, why."""
        if (
            self.process is None
            or self.process.returncode is not None
            or self.files >= self.limits.reading.files_per_process
        ):
            self.end()
            try:
                await self.start()
            except NOT_STARTED as error:
                LOG.exception("no reading process")
                self.end()
                return {"verdict": "not_read", "why": NOT_STARTED_ZH, "parts": [], "fault": repr(error)}
        self.files += 1
        try:
            await self._tell(json.dumps(asdict(job)))
            line = await self._heard(self.limits.reading.answer_seconds)
        except TimeoutError:
            self.end()
            return {"verdict": "not_read", "why": TOO_LONG_ZH, "parts": []}
        except (OSError, ValueError):
            line = ""
        if not line:
            self.end()
            return {"verdict": "not_read", "why": ENDED_ZH, "parts": []}
        said: dict[str, Any] = json.loads(line)
        if said.pop("is_spent", False):
            self.end()
        return said

    def end(self) -> None:
        """End it by its own process id."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        self.process = None

    async def _tell(self, line: str) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        await self.process.stdin.drain()

    async def _heard(self, seconds: float) -> str:
        assert self.process is not None and self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), seconds)
        return line.decode().strip()
