"""The append-only log of what was handed in and what became of it: one JSON object a line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final, Literal

from dagster_project.ingestion.unread import DropError
from dagster_project.private_files import PRIVATE_FILE

LOG_NAME = "submissions.jsonl"
TAKEN_BACK = ("withdrawn", "moved")
"""Events after which a file counts for nothing under the department and period that they name."""
SEALED: Final = "sealed"
"""A line that only holds the hashes of what landed: of a log older than they are, or of rows that were landed again."""


@dataclass(frozen=True)
class Seal:
    """What proves that landed files are as they were written; None where there is no such file.

    ``parquet_rows`` counts all rows of the landed Parquet, with those that were not accepted.
    """

    parquet_sha256: str | None = None
    parquet_rows: int | None = None
    findings_sha256: str | None = None


@dataclass(frozen=True)
class Submission:
    """One entry of the log.

    ``submission_id`` names the landed Parquet file: ledger, bytes and contract version together. ``log_no`` counts the
    entries; what a file held last is its latest entry, whatever the clock said. The counts are of
    all physical rows of the file and always close: read = accepted + rejected + blank + notes. Titles, units, headers, labels
    of a form and rows of sheets without the ledger's header are notes; of a matrix the cells of its body count, and the rows
    that hold none; of a sheet that is refused while others are loaded all rows count as rejected. ``sheet`` names all sheets that were read. A ``held`` file is
    landed and waits for somebody to confirm that it takes the place of another; until then its rows are no facts.

    A ``withdrawn`` file counts no more from ``effective_at`` on; ``moved`` says that an earlier entry was booked wrong (its
    department, period, time or name) and counts at no time. Both count no rows.
    ``registered_at`` is the time that received.csv gave, empty where it did not list the file, None in logs that did not
    keep it. ``control_rows`` and ``control_total`` are what it said that the file holds. The seal proves what landed.
    ``answers`` is the submission whose rejected rows a file mends, None of a file that speaks for itself.
    """

    log_no: int
    submission_id: str
    ledger: str
    domain: str
    department_code: str
    period: str
    fiscal_year: int
    file: str
    sheet: str
    sha256: str
    size_bytes: int
    received_at: str
    landed_at: str
    contract_version: str
    supersede: str
    status: Literal["landed", "refused", "held", "withdrawn", "moved", "sealed"]
    reason: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_blank: int
    rows_notes: int
    registered_at: str | None = None
    effective_at: str | None = None
    control_rows: int | None = None
    control_total: str | None = None
    parquet_sha256: str | None = None
    parquet_rows: int | None = None
    findings_sha256: str | None = None
    answers: str | None = None

    @property
    def is_hand_in(self) -> bool:
        """Whether it says what became of a file, and not that one was taken back."""
        return self.status not in TAKEN_BACK

    @property
    def holds_from(self) -> str:
        """From which moment a look back sees it."""
        return self.effective_at or self.received_at

    @property
    def seal(self) -> Seal:
        """Its hashes."""
        return Seal(self.parquet_sha256, self.parquet_rows, self.findings_sha256)


FIELDS = {field.name for field in fields(Submission)}


def entries_in(landing_dir: Path) -> list[Submission]:
    """The entries of the log of a landing zone, none where nothing landed yet; nothing is made there."""
    path = landing_dir / LOG_NAME
    return SubmissionLog(path).entries if path.is_file() else []


class SubmissionLog:
    """The log file, held in memory for the questions landing asks of it.

    ``seals`` holds the latest hashes of each submission. A last line that is half written, or being written, is not read.
    """

    def __init__(self, path: Path):
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=PRIVATE_FILE)
        self.entries: list[Submission] = []
        self.seals: dict[str, Seal] = {}
        self._lines = 0
        self._unwritten: list[Submission] = []
        self._last_of_id: dict[str, Submission] = {}
        self._last_of_file: dict[tuple[str, str], Submission] = {}
        for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
            self._take(_entry(path, number, line))

    def _take(self, entry: Submission) -> None:
        self._lines += 1
        if entry.seal != Seal() and entry.status not in TAKEN_BACK:
            self.seals[entry.submission_id] = entry.seal
        if entry.status == SEALED:
            return
        self.entries.append(entry)
        self._last_of_file[(entry.ledger, entry.file)] = entry
        if entry.is_hand_in:
            self._last_of_id[entry.submission_id] = entry

    def cut_torn_line(self) -> None:
        """Drop a last line that a killed process left half written; its file will simply be landed again."""
        content = self.path.read_bytes()
        if content and not content.endswith(b"\n"):
            with self.path.open("r+b") as stream:
                stream.truncate(content.rfind(b"\n") + 1)

    def is_settled(self, submission_id: str, ledger: str, file: str) -> bool:
        """Whether these bytes need nothing: they are what this file last held, or came before under another name."""
        last = self._last_of_file.get((ledger, file)) or self._last_of_id.get(submission_id)
        return last is not None and last.submission_id == submission_id and last.is_hand_in

    def entry(self, submission_id: str) -> Submission | None:
        """The latest entry that says what became of a submission, None where there is none."""
        return self._last_of_id.get(submission_id)

    def last_of_file(self, ledger: str, file: str) -> Submission | None:
        """The latest entry of a file, also where it was taken back; None where there is none."""
        return self._last_of_file.get((ledger, file))

    def append(self, *entries: Submission) -> None:
        """Write entries and make sure they are on disk before anything relies on them."""
        for entry in entries:
            self.stage(entry)
        self.write()

    def stage(self, entry: Submission) -> None:
        """Take an entry that :meth:`write` will bring to disk: whoever relies on it waits for that."""
        self._take(entry)
        self._unwritten.append(entry)

    def write(self) -> None:
        """Bring to disk what was staged, all with one sync."""
        if not self._unwritten:
            return
        self.cut_torn_line()
        with self.path.open("a", encoding="utf-8") as stream:
            stream.writelines(json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in self._unwritten)
            stream.flush()
            os.fsync(stream.fileno())
        self._unwritten.clear()

    @property
    def next_no(self) -> int:
        """The number of the next entry."""
        return self._lines + 1


def _entry(path: Path, number: int, line: bytes) -> Submission:
    try:
        values = json.loads(line)
        return Submission(**{name: value for name, value in values.items() if name in FIELDS})
    except (ValueError, TypeError, AttributeError) as error:
        raise DropError(f"报送日志 {path} 第 {number} 行读不懂;请从备份恢复该文件,不要删改其中的行") from error


def totals(entries: Iterable[Submission]) -> dict[str, int]:
    """The row counts of several entries, added up."""
    names = ("rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes")
    entries = list(entries)
    return {name: sum(getattr(entry, name) for entry in entries) for name in names}
