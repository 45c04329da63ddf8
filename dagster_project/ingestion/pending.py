"""A file that something is to be done about: how it is read, so that whatever goes wrong with it stays its own."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract
from dagster_project.ingestion.answering import ANSWER
from dagster_project.ingestion.control import Control
from dagster_project.ingestion.drop import DroppedFile
from dagster_project.ingestion.fingerprint import Fingerprint
from dagster_project.ingestion.land_file import land_new_file, opened
from dagster_project.ingestion.receipts import Receipt
from dagster_project.ingestion.refusal import is_about_the_file, refuse, takes_too_much, write_refused
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.small_sheet import SheetOfSeveral
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.zone import workplace

# Long `in` lists as hash joins cost a second of set-up per file; see `typing_sql` for how codes are looked up.
SETTINGS = "set enable_progress_bar = false; set disabled_optimizers = 'in_clause'; set memory_limit = '1GB'"
COUNTED = ("sheet", "status", "reason", "rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes")
"""What a log entry knows from reading the file."""


@dataclass(frozen=True)
class Pending:
    """A file that needs something: to be read, or, where it went back to bytes it held before, to be logged again.

    ``takes_back`` is the event that goes before its entry: what was booked wrong counts no more. A file that ``is_again``
    landed before and is read again only because what landed is gone or changed. ``effective_at`` is from when it counts,
    where that is not when it was received.
    """

    file: DroppedFile
    seen: Fingerprint
    receipt: Receipt
    identity: str
    earlier: Submission | None
    takes_back: Submission | None = None
    is_again: bool = False
    effective_at: str | None = None

    def land(
        self, connect: Callable[[], duckdb.DuckDBPyConnection], landing_dir: Path, *, in_memory: bool
    ) -> Submission:
        """Read and write the file; returns its log entry, not yet numbered.

        Whatever goes wrong while it is read refuses this file only.

        Raises:
            ContractError, OSError, MemoryError, duckdb.Error: a fault of what all files share.
        """
        entry = self._entry()
        with _openable(self.file, self.identity, landing_dir) as file:
            try:
                return self._read(file, connect, entry, landing_dir, in_memory=in_memory)
            except Exception as error:
                if takes_too_much(error):
                    raise MemoryError(str(error)) from error
                if not is_about_the_file(error, file.path):
                    raise
                return refuse(file, entry, landing_dir, error)

    def opened(self, connection: duckdb.DuckDBPyConnection, landing_dir: Path) -> SheetOfSeveral:
        """The file read, to be judged together with others.

        Raises:
            Refused: it cannot be read; whatever else goes wrong is raised too.
        """
        if self.file.answers:
            raise Refused("unreadable_file", detail="答复工作簿单独载入")
        with _openable(self.file, self.identity, landing_dir) as file:
            sheet = opened(connection, file, self.seen, self._entry(), landing_dir, SheetOfSeveral)
            sheet.read()
            return sheet

    @property
    def control(self) -> Control:
        """What the sender said that the file holds."""
        return Control(self.receipt.rows_of(self.file.contract), self.receipt.control_total)

    def again(self) -> Submission:
        """The log entry of a file that went back to bytes which were read before, not yet numbered."""
        assert self.earlier is not None
        counted = {name: getattr(self.earlier, name) for name in COUNTED}
        return replace(
            self._entry(), **counted | ({"status": "landed", "reason": ""} if self.earlier.status == "held" else {})
        )

    def refused(self, landing_dir: Path, refusal: Refused) -> Submission:
        """The log entry of a file whose reader did not live to say anything, not yet numbered; the finding is written."""
        return write_refused(self.file, self._entry(), landing_dir, refusal)

    def _read(
        self,
        file: DroppedFile,
        connect: Callable[[], duckdb.DuckDBPyConnection],
        entry: Submission,
        landing_dir: Path,
        *,
        in_memory: bool,
    ) -> Submission:
        """Land the file; what breaks the engine may be too many rows for memory, or another file's fault: it is streamed once more in its own."""
        try:
            return land_new_file(connect(), file, self.seen, entry, landing_dir, self.control, in_memory=in_memory)
        except duckdb.Error as error:
            is_full = isinstance(error, duckdb.OutOfMemoryException)
            if not is_full and (takes_too_much(error) or not is_about_the_file(error, file.path)):
                raise
        with duckdb.connect() as alone:
            alone.execute(SETTINGS)
            limit, threads = (
                connect().execute("select current_setting('memory_limit'), current_setting('threads')").fetchall()[0]
            )
            alone.execute(f"set memory_limit = {literal(limit)}; set threads = {threads}")
            return land_new_file(alone, file, self.seen, entry, landing_dir, self.control, in_memory=False)

    def _entry(self) -> Submission:
        contract = self.file.contract
        return Submission(
            log_no=0,
            submission_id=self.identity,
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
            supersede=ANSWER if self.file.answers else contract.supersede,
            status="landed",
            reason="",
            rows_read=0,
            rows_accepted=0,
            rows_rejected=0,
            rows_blank=0,
            rows_notes=0,
            registered_at=self.receipt.received_at if self.receipt.is_registered else "",
            effective_at=self.effective_at,
            control_rows=self.receipt.rows_of(contract),
            control_total=None if self.receipt.control_total is None else str(self.receipt.control_total),
            answers=self.file.answers or None,
        )


@contextmanager
def _openable(file: DroppedFile, identity: str, landing_dir: Path) -> Iterator[DroppedFile]:
    """The file under a path that every reader opens: one with bytes that are no UTF-8 is a link for the time being."""
    try:
        str(file.path).encode()
    except UnicodeEncodeError:
        link = workplace(landing_dir) / f"{identity}.link"
        link.unlink(missing_ok=True)
        link.symlink_to(file.path.absolute())
        try:
            yield replace(file, path=link)
        finally:
            link.unlink()
    else:
        yield file


def submission_id(contract: Contract, sha256: str, receipt: Receipt, answers: str = "") -> str:
    """Sixteen hex digits that name a submission: the same bytes, for the same department and period, read by the same rules.

    A register that did not change since last year is handed in again with the same bytes; it is a submission of its own.
    So is a file whose control count or total was corrected: it is compared with them again. An answer is judged by what it ``answers``.
    """
    parts = [contract.ledger, sha256, contract.version, receipt.department_code, receipt.period]
    rows = receipt.rows_of(contract)
    if rows is not None or receipt.control_total is not None:
        parts += [str(rows), str(receipt.control_total)]
    if answers:
        parts += [ANSWER, answers]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
