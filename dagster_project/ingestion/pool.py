"""Which reading process lands which file, and what is said of a file that one of them did not survive."""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from json import loads
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.contracts import Contract, ContractError
from dagster_project.ingestion.children import Child, Gone, borrow, give_back, stillness
from dagster_project.ingestion.limits import MEGABYTE, Limits
from dagster_project.ingestion.pending import Pending
from dagster_project.ingestion.reader import BACKSTOP, Reader, packed
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.submissions import Submission

MANY_ROWS_BYTES = 20 * MEGABYTE
"""Below this size a second core is better used for another file."""
WORTH_A_START = 8
"""Small files that take as long as another process takes to start."""
SMALL_BYTES = 500_000
"""What counts as one small file."""
MOST_TOGETHER, MOST_BYTES_TOGETHER = 24, 2 * MEGABYTE
"""So many files of the same ledgers land together, if they are no larger: few enough to leave work for the other processes."""
LOOK_SECONDS = 0.5
MOST_ANSWER_BYTES = 4 * MEGABYTE
STARTS = 3
"""Starts of a process that ends before it takes a file; then something else is wrong than the file."""

Landed = tuple[Pending, Submission]


class ReadersDoNotStart(RuntimeError):
    """Reading processes end as soon as they start."""


@contextmanager
def readers(
    pending: Sequence[Pending], contracts: Mapping[str, Contract], landing_dir: Path, limits: Limits
) -> Iterator[Iterator[Landed]]:
    """Start what reads these files; gives each with its log entry, small files first, in the order they came.

    Small files are read side by side, a core each; then large ones, each with all cores. Those that several ledgers read
    go to one process, one after another.
    """
    cores = os.cpu_count() or 1
    needed = {job.file.contract.ledger: contracts[job.file.contract.ledger] for job in pending if job.earlier is None}
    given = (needed, landing_dir, limits, MANY_ROWS_BYTES, cores)
    if limits.processes < 1:
        yield _read_here(pending, Reader(*given))
        return
    small = [job for job in pending if job.seen.size_bytes < MANY_ROWS_BYTES]
    large = [job for job in pending if job.seen.size_bytes >= MANY_ROWS_BYTES]
    children = borrow(_processes_for(pending, limits))
    pool = _Pool(children, pickle.dumps(given), landing_dir, limits)
    are_idle = False
    try:
        yield pool.landed(small, large)
        are_idle = not pool.is_busy
    finally:
        pool.stop()
        give_back(children, are_idle=are_idle)


def start_readers(pending: Sequence[Pending], limits: Limits) -> None:
    """Start the processes that are going to read these files, so that they are ready once there are copies to read."""
    give_back(borrow(_processes_for(pending, limits)), are_idle=True)


def _processes_for(pending: Sequence[Pending], limits: Limits) -> int:
    """How many processes are worth their start."""
    unread = [job for job in pending if job.earlier is None]
    small = [job for job in unread if job.seen.size_bytes < MANY_ROWS_BYTES]
    work = sum(1 + job.seen.size_bytes / SMALL_BYTES for job in small)
    files = len({job.file.path for job in unread})
    return min(limits.processes, files, max(1, math.ceil(work / WORTH_A_START))) if files else 0


def _read_here(pending: Sequence[Pending], reader: Reader) -> Iterator[Landed]:
    for job in sorted(pending, key=lambda job: job.seen.size_bytes >= MANY_ROWS_BYTES):
        yield job, job.again() if job.earlier is not None else reader.land(job)


class _Pool:
    """The files of one landing on their way through its processes."""

    def __init__(self, children: Sequence[Child], given: bytes, landing_dir: Path, limits: Limits):
        self.children, self.given, self.landing_dir, self.limits = children, given, landing_dir, limits
        self.is_stopped = False
        self.threads: list[threading.Thread] = []

    @property
    def is_busy(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)

    def stop(self) -> None:
        """Take no other file; what is being read is given up."""
        self.is_stopped = True
        for child in self.children if self.is_busy else ():
            child.kill()
        for thread in self.threads:
            thread.join()

    def landed(self, small: Sequence[Pending], large: Sequence[Pending]) -> Iterator[Landed]:
        for jobs, children in ((small, self.children), (large, self.children[:1])):
            entries: dict[int, Future[Submission]] = {id(job): Future() for job in jobs if job.earlier is None}
            by_file: dict[Path, list[Pending]] = {}
            for job in jobs:
                if job.earlier is None:
                    by_file.setdefault(job.file.path, []).append(job)
            waiting = deque(_batches(list(by_file.values())))
            self.threads = [
                threading.Thread(target=self._work, args=(child, waiting, entries), daemon=True) for child in children
            ]
            for thread in self.threads:
                thread.start()
            for job in jobs:
                yield job, job.again() if job.earlier is not None else entries[id(job)].result()
            for thread in self.threads:
                thread.join()

    def _work(self, child: Child, waiting: deque[list[Pending]], entries: Mapping[int, Future[Submission]]) -> None:
        while not self.is_stopped:
            try:
                jobs = waiting.popleft()
            except IndexError:
                return
            together = self._together(child, jobs)
            for job in jobs:
                try:
                    entries[id(job)].set_result(together.get(id(job)) or self._land(child, job))
                except BaseException as error:
                    entries[id(job)].set_exception(error)

    def _together(self, child: Child, jobs: Sequence[Pending]) -> dict[int, Submission]:
        """The entries of files that landed together, by job; those that are not there have to land alone."""
        if not _may_go_together(jobs):
            return {}
        with contextlib.suppress(Exception):  # each that lands alone says for itself what is wrong
            size = sum(job.seen.size_bytes for job in jobs)
            entries = self._answer(child, size, packed(jobs)).get("entries", [])
            return {id(job): Submission(**entry) for job, entry in zip(jobs, entries, strict=False) if entry}
        return {}

    def _land(self, child: Child, job: Pending) -> Submission:
        """Have a file read; where its process did not live to answer, once more in a new one, unless it is plain why."""
        request = packed([job])
        is_second = False
        while True:
            was_fresh = child.files == 0
            answer = self._answer(child, job.seen.size_bytes, request)
            if "entry" in answer:
                return Submission(**answer["entry"])
            if "fault" in answer:
                raise _shared_fault(*answer["fault"])
            refusal = answer["refusal"]
            is_plain = refusal.rule == "too_slow_to_read" or (was_fresh and refusal.rule == "too_big_to_read")
            if is_second or is_plain or child.spent_seconds > self.limits.seconds / 2:
                return job.refused(self.landing_dir, refusal)
            is_second = True

    def _answer(self, child: Child, size: int, request: bytes) -> dict[str, Any]:
        """What a process said of a file of this size, or why it says nothing more."""
        for _ in range(STARTS):
            if self.is_stopped:
                raise Gone
            try:
                channel = child.take(self.given, request)
                break
            except Gone:
                child.end()
        else:
            raise ReadersDoNotStart("读取文件的进程无法启动;请检查安装是否完整、内存是否充足")
        why = self._watch(child, size)
        try:
            answer = {} if why else loads(channel.recv_bytes(MOST_ANSWER_BYTES))
        except (OSError, EOFError, ValueError):
            answer = {}
        if not answer or answer.get("is_spent"):
            ended_by = child.end()
        if answer.get("memory") or (not answer and not why and ended_by == signal.SIGKILL):
            # Linux kills a process where the whole machine runs out of memory.
            return {"refusal": Refused("too_big_to_read", value=f"{self.limits.memory_for(size) // MEGABYTE:,}")}
        if answer:
            return answer
        if why or ended_by == signal.SIGXCPU:
            seconds = f"{self.limits.seconds_for(size):,.0f}"
            return {"refusal": Refused("too_slow_to_read", value=seconds, detail=why or "处理器时间")}
        cause = signal.Signals(ended_by).name if ended_by else "没有留下信号"
        memory = f"{self.limits.memory_for(size) // MEGABYTE:,}"
        return {"refusal": Refused("reader_stopped", value=memory, detail=cause)}

    def _watch(self, child: Child, size: int) -> str:
        """Wait for an answer or the end of the process; kills one that stands still, and says so."""
        assert child.channel is not None
        started = moved_at = time.monotonic()
        seen = stillness(child.pid)
        first, child.spent_seconds = seen, 0.0
        while not child.channel.poll(LOOK_SECONDS):
            now, before = time.monotonic(), seen
            seen = stillness(child.pid)
            if first is not None and seen is not None:
                child.spent_seconds = seen[0] - first[0]
            if seen is None or not seen[1] or before is None or seen[0] > before[0]:
                moved_at = now
            if now - moved_at > self.limits.seconds / 2:
                child.kill()
                return "停住不动"
            if now - started > BACKSTOP * self.limits.seconds_for(size):
                child.kill()
                return "久无结果"
        return ""


def _batches(files: Sequence[list[Pending]]) -> Iterator[list[Pending]]:
    """The jobs in the order they came, each file's in one list, and several small files of the same ledgers in one."""
    batch: list[Pending] = []
    for jobs in files:
        if batch and not (_ledgers(batch) == _ledgers(jobs) and _may_go_together([*batch, *jobs])):
            yield batch
            batch = []
        batch = [*batch, *jobs]
    if batch:
        yield batch


def _ledgers(jobs: Sequence[Pending]) -> set[str]:
    return {job.file.contract.ledger for job in jobs}


def _may_go_together(jobs: Sequence[Pending]) -> bool:
    """Whether these are several files, and small ones."""
    size = sum(job.seen.size_bytes for job in jobs)
    is_several = len({job.file.path for job in jobs}) > 1
    return is_several and len(jobs) <= MOST_TOGETHER and size <= MOST_BYTES_TOGETHER


def _shared_fault(kind: str, *what: Any) -> Exception:
    """A fault that is none of a file, as it was where it arose."""
    if kind == "contract":
        return ContractError(*what)
    if kind == "database":
        return duckdb.IOException(*what)
    number, text, name = what
    return OSError(number, text, name or None)
