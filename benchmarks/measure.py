"""Time a command as a whole process: wall seconds and peak memory, as the operating system counts them."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One finished process: ``seconds`` of wall time, ``peak_mib`` of its largest single process, ``cpu_seconds`` of all its processes."""

    seconds: float
    peak_mib: float
    cpu_seconds: float = 0.0


class CommandFailed(RuntimeError):
    """A measured command did not end well; its time would mean nothing."""


def run(command: Sequence[str], environment: Mapping[str, str], done: Collection[int] = (0,)) -> Run:
    """Run a command to its end.

    Raises:
        CommandFailed: it ended with another exit code than those of ``done``.
    """
    sys.stdout.flush()
    start = time.perf_counter()
    child = os.posix_spawn(command[0], list(command), {**os.environ, **environment})
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in done:
        raise CommandFailed(" ".join(command))
    return Run(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median with minimum and maximum, such as ``7.1 (6.9-7.4)``."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"
