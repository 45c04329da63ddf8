"""Land a drop folder: what is new, what changed, and the log of it. The rest of the load goes on when one file fails."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract
from dagster_project.ingestion.drop import DroppedFile, scan_drop
from dagster_project.ingestion.fingerprint import Fingerprint, fingerprint
from dagster_project.ingestion.pending import SETTINGS, Pending, submission_id
from dagster_project.ingestion.receipts import Receipt, read_receipts, receipt_for
from dagster_project.ingestion.replacement import (
    before,
    behind_what_it_replaces,
    displaced,
    held_unless_kin,
    is_confirmed,
)
from dagster_project.ingestion.report import LandingReport
from dagster_project.ingestion.submissions import LOG_NAME, Submission, SubmissionLog
from dagster_project.ingestion.unread import DropError, Unread, cannot_open
from dagster_project.ingestion.zone import clear_workplace, write_schemas
from dagster_project.private_files import PRIVATE_FOLDER, keep_private

MANY_ROWS_BYTES = 20_000_000
"""Below this size a second core is better used for another file."""


def land_drop(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    department_code: str,
    *,
    only: Iterable[Path] | None = None,
    ledgers: Collection[str] | None = None,
    on_file: Callable[[str], None] = lambda name: None,
    seen: dict[Path, Fingerprint] | None = None,
) -> LandingReport:
    """Land every new or changed file of a drop folder.

    Args:
        raw_dir: the drop; its files are only read.
        landing_dir: where Parquet and the log go.
        contracts: all of them, by ledger name.
        department_code: of files that received.csv does not list.
        only: land just these files of the drop, or the files below these folders.
        ledgers: land just the files of these ledgers.
        on_file: told the name of each file before it is looked at.
        seen: fingerprints that :func:`look_at_drop` took a moment ago.

    Raises:
        DropError: the drop folder or its received.csv cannot be used, or another landing runs. Faults of single files do not raise.
    """
    keep_private(landing_dir.parent)
    landing_dir.mkdir(exist_ok=True)
    landing_dir.chmod(PRIVATE_FOLDER)
    with only_one_at_a_time(landing_dir):
        plan = _Plan(raw_dir, landing_dir, contracts, department_code, {} if seen is None else seen, only, ledgers)
        clear_workplace(landing_dir)
        write_schemas(landing_dir, contracts.values())
        for job, entry in _land_all(plan.pending, landing_dir):
            on_file(entry.file)
            plan.record(job, entry)
        return plan.report


def look_at_drop(
    raw_dir: Path,
    landing_dir: Path,
    contracts: Mapping[str, Contract],
    department_code: str,
    seen: dict[Path, Fingerprint],
) -> tuple[bool, LandingReport]:
    """Whether the drop holds a file that landing would do something about, and what is to be told of the others.

    The fingerprints taken to find out are left in ``seen``.

    Raises:
        DropError: the drop folder or its received.csv cannot be used.
    """
    plan = _Plan(raw_dir, landing_dir, contracts, department_code, seen)
    return bool(plan.pending), plan.report


class _Plan:
    """What is to be done about each file of the drop, and the record of it as it is done."""

    def __init__(
        self,
        raw_dir: Path,
        landing_dir: Path,
        contracts: Mapping[str, Contract],
        department_code: str,
        seen: dict[Path, Fingerprint],
        only: Iterable[Path] | None = None,
        ledgers: Collection[str] | None = None,
    ):
        self.landing_dir, self.department_code, self.seen = landing_dir, department_code, seen
        self.log = SubmissionLog(landing_dir / LOG_NAME)
        self.report = LandingReport()
        self.pending: list[Pending] = []
        self._planned: set[str] = set()
        files, unread = scan_drop(raw_dir, contracts)
        self.names = {file.name for file in files}
        self.receipts = read_receipts(raw_dir, [*dict.fromkeys(file.name for file in files), *(u.name for u in unread)])
        if only is None:
            self.report.notes += self.receipts.notes
        else:
            wanted = [path.resolve() for path in only]
            files = [file for file in files if _is_below(file.path, wanted)]
            unread = [file for file in unread if _is_below(raw_dir / file.name, wanted)]
        self.report.unread += unread
        for file in files:
            if ledgers is None or file.contract.ledger in ledgers:
                self._look_at(file)
        # As they came in, so that of two files of one period the later one is held against the earlier.
        self.pending.sort(key=lambda job: (job.file.contract.ledger, job.receipt.received_at))

    def _look_at(self, file: DroppedFile) -> None:
        """Plan what one file needs, or tell what keeps it from being read."""
        ledger = file.contract.ledger
        if fault := self.receipts.faults.get(file.name):
            self._leave_unread(replace(fault, ledger=ledger))
            return
        try:
            receipt = receipt_for(
                file.name, self.receipts.by_file, self.department_code, dt.datetime.now().astimezone()
            )
            found = self._fingerprint(file.path)
        except DropError:
            remedy = "请放入年度文件夹,或在 received.csv 中登记期间"
            self._leave_unread(Unread(file.name, "文件名和文件夹都没有写明年度", remedy, ledger))
            return
        except Exception as error:  # whatever it is, the other files are not to wait for it
            self._leave_unread(cannot_open(file.name, ledger, error))
            return
        identity = submission_id(file.contract, found.sha256, receipt)
        before = self.log.entry(identity)
        if identity in self._planned:
            self.report.unchanged += 1
        elif before and self.log.is_settled(identity, ledger, file.name) and not self._is_released(before, receipt):
            self.report.unchanged += 1
            if before.status != "landed":
                reason = before.reason.replace(before.file, file.name)
                self.report.still_refused.append(replace(before, file=file.name, reason=reason))
        else:
            self._planned.add(identity)
            self.pending.append(Pending(file, found, receipt, identity, before))

    def _fingerprint(self, path: Path) -> Fingerprint:
        """The fingerprint of a file, taken once."""
        if path not in self.seen:
            self.seen[path] = fingerprint(path)
        return self.seen[path]

    def _leave_unread(self, file: Unread) -> None:
        """Tell of a file once, however many ledgers claim it."""
        if file.name not in self.report.unclaimed:
            self.report.unread.append(file)

    def _is_released(self, entry: Submission, receipt: Receipt) -> bool:
        """Whether a file that was held may take the place of the other now."""
        if entry.status != "held":
            return False
        other = displaced(entry, self.log.entries, self.names)
        return other is None or is_confirmed(receipt.replaces, other)

    def record(self, job: Pending, entry: Submission) -> None:
        """Number an entry and log it, held where it would take the place of a file it has nothing in common with."""
        if entry.status == "landed" and entry.supersede == "replace":
            entry = behind_what_it_replaces(entry, job.receipt.replaces, self.log.entries)
            other = displaced(entry, self.log.entries, self.names)
            if other and not is_confirmed(job.receipt.replaces, other):
                of_other = self.receipts.by_file.get(other.file)
                if of_other and is_confirmed(of_other.replaces, entry):
                    entry = before(entry, other)
                else:
                    entry = held_unless_kin(entry, other, job.file.contract, self.landing_dir)
        entry = replace(entry, log_no=self.log.next_no)
        self.log.append(entry)
        self.report.entries.append(entry)


def _is_below(path: Path, wanted: Iterable[Path]) -> bool:
    return any(path.resolve().is_relative_to(one) for one in wanted)


def _land_all(pending: Iterable[Pending], landing_dir: Path) -> Iterator[tuple[Pending, Submission]]:
    """Small files side by side, a core each; then large ones, each with all cores."""
    cores = os.cpu_count() or 1
    small = [job for job in pending if job.seen.size_bytes < MANY_ROWS_BYTES]
    large = [job for job in pending if job.seen.size_bytes >= MANY_ROWS_BYTES]
    with duckdb.connect() as connection:
        connection.execute(SETTINGS)
        # Small files: to optimise a query of this length costs more than to run it as it stands.
        plans = ((small, cores, 1, "pragma disable_optimizer"), (large, 1, cores, "pragma enable_optimizer"))
        for group, side_by_side, threads, optimizer in plans:
            connection.execute(f"set threads = {threads}")

            def land(
                job: Pending, optimizer: str = optimizer, in_memory: bool = group is small
            ) -> tuple[Pending, Submission]:
                return job, job.land(lambda: connection.cursor().execute(optimizer), landing_dir, in_memory=in_memory)

            with ThreadPoolExecutor(side_by_side) as pool:
                yield from pool.map(land, group)


@contextmanager
def only_one_at_a_time(landing_dir: Path) -> Iterator[None]:
    """Hold the lock of the landing zone; raises DropError where another process holds it."""
    with (landing_dir / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DropError("另一个载入正在运行;请等它结束后重试") from error
        yield
