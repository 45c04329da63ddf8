"""What a reading process does with a file: keep to the limits, land it, and say what became of it."""

from __future__ import annotations

import io
import math
import pickle
import resource
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.contracts import Contract, ContractError, FileLayout
from dagster_project.ingestion import limits
from dagster_project.ingestion.limits import MEGABYTE, STREAMED_BYTES, Limits
from dagster_project.ingestion.pending import SETTINGS, Pending
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.together import land_together

MOSTLY_FULL = 0.6
"""A process that a file left with more of its memory taken ends: the next file is not to suffer."""
ENGINE_SHARE = 0.5
"""Of the memory of a process that the database may take; it then says so, or goes on on disk, before the process has none left."""
BACKSTOP = 30
"""Times the seconds of a file, on the clock of the wall: then a process ends although nobody looks after it any more."""


class Outgoing(pickle.Pickler):
    """Pickles a file to read; contracts and their layouts are named, since the reader has them."""

    def __init__(self, stream: io.BytesIO, contracts: Iterable[Contract]):
        super().__init__(stream)
        self.layouts = {
            id(layout): (contract.ledger, place)
            for contract in contracts
            for place, layout in enumerate(contract.files)
        }

    def persistent_id(self, thing: Any) -> tuple[Any, ...] | None:
        """The name of a contract or a layout: its ledger, and its place among those of the ledger."""
        if isinstance(thing, Contract):
            return (thing.ledger,)
        return self.layouts.get(id(thing)) if isinstance(thing, FileLayout) else None


class Incoming(pickle.Unpickler):
    """Unpickles a file to read."""

    contracts: Mapping[str, Contract] = {}

    def persistent_load(self, name: Any) -> Any:
        """The contract or layout of a name."""
        ledger, *place = name
        contract = self.contracts[ledger]
        return contract.files[place[0]] if place else contract


def packed(jobs: Sequence[Pending]) -> bytes:
    """A file to read as the parent sends it, or several small ones."""
    stream = io.BytesIO()
    Outgoing(stream, (job.file.contract for job in jobs)).dump(jobs)
    return stream.getvalue()


class Reader:
    """Reads one file after another.

    Args:
        contracts: those of the files to come, by ledger.
        landing_dir: where Parquet goes.
        given: the limits.
        many_rows: from this size on a file is streamed, and gets all cores.
        cores: how many there are.
    """

    def __init__(self, contracts: Mapping[str, Contract], landing_dir: Path, given: Limits, many_rows: int, cores: int):
        self.contracts, self.landing_dir, self.given = contracts, landing_dir, given
        self.many_rows, self.cores = many_rows, cores
        self.database = duckdb.connect()
        self.database.execute(SETTINGS)
        self.settings = ""

    def land(self, job: Pending) -> Submission:
        """Land a file; returns its log entry, not yet numbered."""
        is_small = job.seen.size_bytes < self.many_rows
        return job.land(lambda: self._connect(is_small), self.landing_dir, in_memory=is_small)

    def _connect(self, is_small: bool) -> duckdb.DuckDBPyConnection:
        # Small files: to optimise a query of this length costs more than to run it as it stands.
        return self.database.cursor().execute(f"pragma {'disable' if is_small else 'enable'}_optimizer")

    def read(self, request: bytes) -> dict[str, Any]:
        """Land a file; returns its log entry, or why it is not the file's fault that there is none.

        ``entry`` holds the entry; of several files ``entries`` holds them, None for each that has to land alone. ``memory`` is true where the file takes too much of it, ``fault`` is a fault that all files
        share; ``is_spent`` says that this process should read no other file.
        """
        unpickler = Incoming(io.BytesIO(request))
        unpickler.contracts = self.contracts
        jobs: Sequence[Pending] = unpickler.load()
        self._bound(sum(job.seen.size_bytes for job in jobs))
        answer: dict[str, Any]
        try:
            if len(jobs) == 1:
                answer = {"entry": asdict(self.land(jobs[0]))}
            else:
                with self._connect(is_small=True) as connection:
                    entries = land_together(jobs, connection, self.landing_dir)
                answer = {"entries": [entry and asdict(entry) for entry in entries]}
        except MemoryError:
            return {"memory": True, "is_spent": True}
        except ContractError as error:
            answer = {"fault": ["contract", str(error)]}
        except OSError as error:
            answer = {"fault": ["system", error.errno, error.strerror, str(error.filename or "")]}
        except duckdb.IOException as error:
            answer = {"fault": ["database", str(error)]}
        return answer | {"is_spent": _memory_taken() > MOSTLY_FULL * self.given.memory_for(0)}

    def _bound(self, size: int) -> None:
        """Give this process what a file of this size may take, from here on."""
        limits.enforce(self.given, size)
        memory, seconds = self.given.memory_for(size), self.given.seconds_for(size)
        if sys.platform == "linux":  # elsewhere this limit is about less than what engines take
            _limit(resource.RLIMIT_DATA, memory)
        _limit(resource.RLIMIT_CORE, 0)  # to write a gigabyte of a dead process down takes a minute
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + seconds))
        signal.alarm(math.ceil(BACKSTOP * seconds))
        threads = 1 if size < self.many_rows else self.cores
        settings = f"set threads = {threads}; set memory_limit = '{int(memory * ENGINE_SHARE / MEGABYTE)}MB'"
        if settings != self.settings:
            # The system's allocator falls to pieces over gigabytes that stream by; Arrow's own reserves one at once,
            # and keeps it: such a process reads no small file after that.
            pa.set_memory_pool(pa.system_memory_pool() if size < STREAMED_BYTES else pa.mimalloc_memory_pool())
            pa.set_cpu_count(threads)
            self.database.execute(settings)
            self.settings = settings


def _limit(kind: int, amount: int) -> None:
    _, most = resource.getrlimit(kind)
    resource.setrlimit(kind, (amount if most == resource.RLIM_INFINITY else min(amount, most), most))


def _memory_taken() -> int:
    """The bytes that count towards the limit of this process, used or kept in reserve; 0 where the system does not say."""
    try:
        with Path("/proc/self/status").open(encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))
    except (OSError, StopIteration):
        return 0
