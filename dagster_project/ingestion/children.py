"""The other end of `child`: one reading process as its parent sees it. Which file goes to which is `pool`'s."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from dagster_project.ingestion.child import CONTRACTS, FILE, READY, TAKEN
from dagster_project.processes import stat_words

PARTING_SECONDS = 1
START_SECONDS = 120
"""A machine that takes longer to start Python is not going to land files."""
COMMAND = (
    "import os, sys; [os.putenv(*each) for each in {alone}]; sys.path[:] = {path!r}; "
    "from dagster_project.ingestion.child import main; main({descriptor})"
)
HERE = str(Path(__file__).parents[2])
"""Where this project is found without the search of installed projects, which takes a tenth of a start."""
ALONE = (("OPENBLAS_NUM_THREADS", "1"), ("OMP_NUM_THREADS", "1"), ("ARROW_DEFAULT_MEMORY_POOL", "system"))
"""No threads that a library would start for every core and nobody uses; and no pool of Arrow's, which reserves a gigabyte at once."""
WAITING = {"S", "T"}
"""States of threads that wait for something other than a processor or a disk, or that somebody stopped."""


class Gone(Exception):
    """A process ended before it took a file."""


class Child:
    """One reading process; it is started where it is needed.

    ``files`` counts those that it took; ``spent_seconds`` are of a processor, for the last one, as far as they were looked at.
    """

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.channel: Connection | None = None
        self.is_ready = False
        self.files = 0
        self.spent_seconds = 0.0
        self.told: object = None

    def start(self) -> None:
        """Start the process unless it runs; does not wait until it is ready."""
        if self.process is not None and self.process.poll() is None and self.channel is not None:
            return
        self.end()
        ours, theirs = socket.socketpair()
        with theirs:
            command = COMMAND.format(alone=ALONE, path=[*sys.path, HERE], descriptor=theirs.fileno())
            self.process = subprocess.Popen(  # noqa: S603 - Python itself
                [sys.executable, "-S", "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self.channel = Connection(ours.detach())
        self.is_ready, self.files, self.told = False, 0, None

    def take(self, contracts: bytes, request: bytes) -> Connection:
        """Have the process take a file, told what it needs for it; returns the channel on which it will answer.

        Raises:
            Gone: it ended before.
        """
        self.start()
        assert self.channel is not None
        try:
            if not self.is_ready:
                if not self.channel.poll(START_SECONDS) or self.channel.recv_bytes(len(READY)) != READY:
                    raise Gone
                self.is_ready = True
            if self.told is not contracts:
                self.channel.send_bytes(CONTRACTS + contracts)
                self.told = contracts
            self.channel.send_bytes(FILE + request)
            if not self.channel.poll(START_SECONDS) or self.channel.recv_bytes(len(TAKEN)) != TAKEN:
                raise Gone
        except (OSError, EOFError) as error:
            raise Gone from error
        self.files += 1
        return self.channel

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self.process is not None
        return self.process.pid

    def kill(self) -> None:
        """Kill the process, whatever it does; its channel then says that it ended."""
        if self.process is not None:
            self.process.kill()

    def end(self) -> int:
        """See the process off; returns the signal that ended it, 0 where it ended by itself."""
        process, channel, self.process, self.channel, self.files = self.process, self.channel, None, None, 0
        if channel is not None:
            channel.close()
        if process is None:
            return 0
        try:
            code = process.wait(PARTING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return 0
        return -code if code < 0 else 0


_idle: list[Child] = []
"""Processes of an earlier landing of this process, if they still wait."""
_idle_lock = threading.Lock()


def borrow(count: int) -> list[Child]:
    """So many reading processes: those that wait, and new ones, which are starting up when this returns."""
    with _idle_lock:
        children = [_idle.pop() for _ in range(min(count, len(_idle)))]
    children += [Child() for _ in range(count - len(children))]
    for child in children:
        child.start()
    return children


def give_back(children: list[Child], *, are_idle: bool) -> None:
    """Keep processes for a while, in case another landing follows; those that are not idle end."""
    if not are_idle:
        for child in children:
            child.kill()
            child.end()
        return
    with _idle_lock:
        _idle.extend(child for child in children if child.process is not None)


def end_idle() -> None:
    """End the processes that wait for another landing."""
    with _idle_lock:
        children, _idle[:] = _idle[:], []
    give_back(children, are_idle=False)


atexit.register(end_idle)


def stillness(pid: int) -> tuple[float, bool] | None:
    """The processor seconds of a process, and whether all its threads wait; None where the system does not say."""
    try:
        fields = stat_words(Path(f"/proc/{pid}/stat"))
        states = [stat_words(thread / "stat")[0] for thread in Path(f"/proc/{pid}/task").iterdir()]
    except (OSError, IndexError):
        return None
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds, set(states) <= WAITING
