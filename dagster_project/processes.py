"""Processes by id and time of birth, so that an id given away again is never taken for the process that had it before."""

from __future__ import annotations

import ctypes
import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import threading
import time
from pathlib import Path

SYSTEM = ctypes.CDLL(None) if sys.platform == "linux" else None
"""The C library, loaded before any fork: little is safe after one."""
DIES_WITH_PARENT = 1
"""PR_SET_PDEATHSIG: the kernel tells a process when its parent is gone, also when that was killed."""
LOOK_SECONDS = 0.5


def born(pid: int) -> int | None:
    """When a process began, in ticks since the system did; None where there is none, or where the system does not say."""
    try:
        words = stat_words(Path(f"/proc/{pid}/stat"))
    except OSError:
        return None
    return None if words[0] == "Z" else int(words[19])


def stat_words(path: Path) -> list[str]:
    """What Linux says of a process or thread behind its name, which may hold anything: its state, …, its birth as the 20th word.

    Raises:
        OSError: there is no such process.
    """
    return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def began_at(pid: int) -> float | None:
    """When a process began, in seconds since 1970; None where there is none. Where the system does not say, long ago."""
    if not Path("/proc/self/stat").is_file():
        return 0 if is_alive(pid, None) else None
    ticks = born(pid)
    if ticks is None:
        return None
    system = Path("/proc/stat").read_text(encoding="utf-8")
    return int(system.partition("\nbtime ")[2].split()[0]) + ticks / os.sysconf("SC_CLK_TCK")


def is_alive(pid: int, born_at: int | None) -> bool:
    """Whether that very process still runs; where the system tells no time of birth, whether one of that id does."""
    if Path("/proc/self/stat").is_file():
        return born_at is not None and born(pid) == born_at
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end(pid: int, born_at: int | None, seconds: float = 5) -> bool:
    """Kill that very process and wait until it is gone; False where it was not there."""
    if not is_alive(pid, born_at):
        return False
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + seconds
    while is_alive(pid, born_at) and time.monotonic() < until:
        time.sleep(0.01)
    return True


def die_with(parent: int) -> None:
    """Let this process be killed when its parent ends, however that ends."""
    if not ask_to_end_with_parent(signal.SIGKILL):
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it ended before anybody asked
        os.kill(os.getpid(), signal.SIGKILL)


def end_with_owner() -> None:
    """Let a worker of :mod:`multiprocessing` be killed when the process it works for ends, however that ends.

    The parent that the system knows of a forked worker is the server that forked it, and that lives as long as any worker does: without
    this, workers of a killed process wait for each other for ever, and hold its pipes.
    """
    owner = multiprocessing.parent_process()
    if owner is not None:
        threading.Thread(target=_outlive, args=(owner,), daemon=True).start()


def ask_to_end_with_parent(blow: signal.Signals) -> bool:
    """Ask the kernel for a signal when the parent of this process ends; False where it has no such thing."""
    if SYSTEM is not None:
        SYSTEM.prctl(DIES_WITH_PARENT, blow)
    return SYSTEM is not None


def _outlive(owner: multiprocessing.process.BaseProcess) -> None:
    owner.join()
    os.kill(os.getpid(), signal.SIGKILL)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
