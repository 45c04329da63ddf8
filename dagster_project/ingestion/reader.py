"""What a reading process does with a file: keep to the limits, land it, and say what became of it."""

from __future__ import annotations

import io
import math
import pickle
import resource
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from dagster_project.contracts import Contract, ContractError, FileLayout
from dagster_project.ingestion import limits
from dagster_project.ingestion.limits import MEGABYTE, Limits
from dagster_project.ingestion.pending import SETTINGS, Pending
from dagster_project.ingestion.submissions import Submission

HALF_FULL = 0.5
"""A process that a file left with more of its memory taken ends: the next file is not to suffer."""
ENGINE_SHARE = 0.5
"""Of the memory of a process that the database may take; it then says so, or goes on on disk, before the process has none left."""
BACKSTOP = 30
"""Times the seconds of a file, on the clock of the wall: then a process ends although nobody looks after it any more."""


class Outgoing(pickle.Pickler):
    """Pickles a file to read; contracts and their layouts are named, since the reader has them."""

    def persistent_id(self, thing: Any) -> tuple[Any, ...] | None:
        """The name of a contract or a layout: its ledger, and its place among those of the ledger."""
        if isinstance(thing, Contract):
            return (thing.ledger,)
        if isinstance(thing, FileLayout) and self.contract is not None:
            return self.contract.ledger, self.contract.files.index(thing)
        return None

    contract: Contract | None = None


class Incoming(pickle.Unpickler):
    """Unpickles a file to read."""

    contracts: Mapping[str, Contract] = {}

    def persistent_load(self, name: Any) -> Any:
        """The contract or layout of a name."""
        ledger, *place = name
        contract = self.contracts[ledger]
        return contract.files[place[0]] if place else contract


def packed(job: Pending) -> bytes:
    """A file to read as the parent sends it."""
    stream = io.BytesIO()
    pickler = Outgoing(stream)
    pickler.contract = job.file.contract
    pickler.dump(job)
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
        # Small files: to optimise a query of this length costs more than to run it as it stands.
        optimizer = f"pragma {'disable' if is_small else 'enable'}_optimizer"
        return job.land(lambda: self.database.cursor().execute(optimizer), self.landing_dir, in_memory=is_small)

    def read(self, request: bytes) -> dict[str, Any]:
        """Land a file; returns its log entry, or why it is not the file's fault that there is none.

        ``entry`` holds the entry, ``memory`` is true where the file takes too much of it, ``fault`` is a fault that all files
        share; ``is_spent`` says that this process should read no other file.
        """
        unpickler = Incoming(io.BytesIO(request))
        unpickler.contracts = self.contracts
        job: Pending = unpickler.load()
        self._bound(job.seen.size_bytes)
        answer: dict[str, Any]
        try:
            answer = {"entry": asdict(self.land(job))}
        except MemoryError:
            return {"memory": True, "is_spent": True}
        except ContractError as error:
            answer = {"fault": ["contract", str(error)]}
        except OSError as error:
            answer = {"fault": ["system", error.errno, error.strerror, str(error.filename or "")]}
        except duckdb.IOException as error:
            answer = {"fault": ["database", str(error)]}
        return answer | {"is_spent": _memory_taken() > HALF_FULL * self.given.memory_for(0)}

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
            pa.set_cpu_count(threads)
            self.database.execute(settings)
            self.settings = settings


def _limit(kind: int, amount: int) -> None:
    _, most = resource.getrlimit(kind)
    resource.setrlimit(kind, (amount if most == resource.RLIM_INFINITY else min(amount, most), most))


def _memory_taken() -> int:
    """The bytes of memory that this process has of its own; 0 where the system does not say."""
    try:
        with Path("/proc/self/status").open(encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon:"))
    except (OSError, StopIteration):
        return 0
