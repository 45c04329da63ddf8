"""Land a drop folder: what is new, what changed, and the log of it. The rest of the load goes on when one file fails."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract
from dagster_project.ingestion.drop import DropError, DroppedFile, Receipt, read_receipts, receipt_for, scan_drop
from dagster_project.ingestion.fingerprint import Fingerprint, fingerprint
from dagster_project.ingestion.land_file import land_new_file
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.ingestion.zone import clear_workplace, write_schemas

MEMORY_LIMIT = "1GB"
MANY_ROWS_BYTES = 20_000_000
"""Below this size a second core is better used for another file."""
COUNTED = ("sheet", "status", "reason", "rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes")
"""What a log entry knows from reading the file."""


@dataclass
class LandingReport:
    """What one landing run did: the new log entries, how many files were there already, and files of no ledger or no year."""

    entries: list[Submission] = field(default_factory=list)
    unchanged: int = 0
    unclaimed: list[str] = field(default_factory=list)


def land_drop(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    department_code: str,
    *,
    only: Iterable[Path] | None = None,
    on_file: Callable[[str], None] = lambda name: None,
    seen: dict[Path, Fingerprint] | None = None,
) -> LandingReport:
    """Land every new or changed file of a drop folder.

    Args:
        raw_dir: the drop; its files are only read.
        landing_dir: where Parquet and the log go.
        contracts: by ledger name.
        department_code: of files that received.csv does not list.
        only: land just these files of the drop.
        on_file: told the name of each file before it is looked at.
        seen: fingerprints that :func:`has_news` took a moment ago.

    Raises:
        DropError: the drop folder or its received.csv cannot be used, or another landing runs. Faults of single files do not raise.
    """
    landing_dir.mkdir(parents=True, exist_ok=True)
    with only_one_at_a_time(landing_dir):
        return _land_drop(raw_dir, landing_dir, contracts, department_code, only, on_file, seen or {})


def has_news(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    department_code: str,
    seen: dict[Path, Fingerprint],
) -> bool:
    """Whether the drop holds a file that landing would do something about, or leave unread and have to say so.

    The fingerprints taken to find out are left in ``seen``.

    Raises:
        DropError: the drop folder or its received.csv cannot be used.
    """
    files, unclaimed = scan_drop(raw_dir, contracts)
    report = LandingReport(unclaimed=unclaimed)
    log = SubmissionLog(landing_dir / LOG_NAME)
    return bool(_plan(files, read_receipts(raw_dir), department_code, log, report, seen) or report.unclaimed)


def _seen(path: Path, seen: dict[Path, Fingerprint]) -> Fingerprint:
    """The fingerprint of a file, taken once."""
    if path not in seen:
        seen[path] = fingerprint(path)
    return seen[path]


def _land_drop(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    department_code: str,
    only: Iterable[Path] | None,
    on_file: Callable[[str], None],
    seen: dict[Path, Fingerprint],
) -> LandingReport:
    log = SubmissionLog(landing_dir / LOG_NAME)
    clear_workplace(landing_dir)
    write_schemas(landing_dir, contracts.values())
    files, unclaimed = scan_drop(raw_dir, contracts)
    if only is not None:
        wanted = {path.resolve() for path in only}
        files = [file for file in files if file.path.resolve() in wanted]
        unclaimed = []
    report = LandingReport(unclaimed=unclaimed)
    pending = _plan(files, read_receipts(raw_dir), department_code, log, report, seen)
    for entry in _land_all(pending, landing_dir):
        on_file(entry.file)
        entry = replace(entry, log_no=log.next_no)
        log.append(entry)
        report.entries.append(entry)
    return report


def _plan(
    files: Iterable[DroppedFile],
    receipts: Mapping[str, Receipt],
    department_code: str,
    log: SubmissionLog,
    report: LandingReport,
    seen: dict[Path, Fingerprint],
) -> list[Pending]:
    """The files that need something; the report learns of those that do not, and of those whose period nobody states."""
    pending: list[Pending] = []
    planned: set[str] = set()
    for file in files:
        try:
            receipt = receipt_for(file.name, receipts, department_code, dt.datetime.now().astimezone())
        except DropError:
            report.unclaimed.append(file.name)
            continue
        found = _seen(file.path, seen)
        identity = submission_id(file.contract, found.sha256, receipt)
        if log.is_settled(identity, file.contract.ledger, file.name) or identity in planned:
            report.unchanged += 1
            continue
        planned.add(identity)
        pending.append(Pending(file, found, receipt, log.entry(identity)))
    return pending


def _land_all(pending: Iterable[Pending], landing_dir: Path) -> Iterator[Submission]:
    """Small files side by side, a core each; then large ones, each with all cores."""
    cores = os.cpu_count() or 1
    small = [job for job in pending if job.seen.size_bytes < MANY_ROWS_BYTES]
    large = [job for job in pending if job.seen.size_bytes >= MANY_ROWS_BYTES]
    with duckdb.connect() as connection:
        # Long `in` lists as hash joins cost a second of set-up per file; see `typing_sql` for how codes are looked up.
        connection.execute(
            f"set enable_progress_bar = false; set disabled_optimizers = 'in_clause'; set memory_limit = '{MEMORY_LIMIT}'"
        )
        # Small files: to optimise a query of this length costs more than to run it as it stands.
        plans = ((small, cores, 1, "pragma disable_optimizer"), (large, 1, cores, "pragma enable_optimizer"))
        for group, side_by_side, threads, optimizer in plans:
            connection.execute(f"set threads = {threads}")

            def land(job: Pending, optimizer: str = optimizer, in_memory: bool = group is small) -> Submission:
                return job.land(connection.cursor().execute(optimizer), landing_dir, in_memory=in_memory)

            with ThreadPoolExecutor(side_by_side) as pool:
                yield from pool.map(land, group)


@dataclass(frozen=True)
class Pending:
    """A file that needs something: to be read, or, where it went back to bytes it held before, to be logged again."""

    file: DroppedFile
    seen: Fingerprint
    receipt: Receipt
    earlier: Submission | None

    def land(self, connection: duckdb.DuckDBPyConnection, landing_dir: Path, *, in_memory: bool) -> Submission:
        """Read and write the file unless that was done before; returns its log entry, not yet numbered."""
        contract = self.file.contract
        entry = Submission(
            log_no=0,
            submission_id=submission_id(contract, self.seen.sha256, self.receipt),
            ledger=contract.ledger,
            domain=contract.domain,
            department_code=self.receipt.department_code,
            period=self.receipt.period,
            fiscal_year=self.receipt.fiscal_year,
            file=self.file.name,
            sheet="",
            sha256=self.seen.sha256,
            size_bytes=self.seen.size_bytes,
            received_at=self.receipt.received_at,
            landed_at=dt.datetime.now().astimezone().isoformat(timespec="seconds"),
            contract_version=contract.version,
            supersede=contract.supersede,
            status="landed",
            reason="",
            rows_read=0,
            rows_accepted=0,
            rows_rejected=0,
            rows_blank=0,
            rows_notes=0,
        )
        if self.earlier is not None:
            return replace(entry, **{name: getattr(self.earlier, name) for name in COUNTED})
        return land_new_file(connection, self.file, self.seen, entry, landing_dir, in_memory=in_memory)


@contextmanager
def only_one_at_a_time(landing_dir: Path) -> Iterator[None]:
    """Hold the lock of the landing zone; raises DropError where another process holds it."""
    with (landing_dir / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DropError("另一个载入正在运行;请等它结束后重试") from error
        yield


def submission_id(contract: Contract, sha256: str, receipt: Receipt) -> str:
    """Sixteen hex digits that name a submission: the same bytes, for the same department and period, read by the same rules.

    A register that did not change since last year is handed in again with the same bytes; it is a submission of its own.
    """
    parts = (contract.ledger, sha256, contract.version, receipt.department_code, receipt.period)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
