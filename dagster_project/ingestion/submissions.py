"""The append-only log of what was handed in and what became of it: one JSON object a line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

LOG_NAME = "submissions.jsonl"


@dataclass(frozen=True)
class Submission:
    """One entry of the log.

    ``submission_id`` names the landed Parquet file: ledger, bytes and contract version together. ``log_no`` counts the
    entries; where two were received at the same moment, the later entry is the later submission. The counts are of
    all physical rows of the file and always close: read = accepted + rejected + blank + notes. Titles, units, headers, labels
    of a form and rows of sheets without the ledger's header are notes; of a matrix the cells of its body count, and the rows
    that hold none; of a sheet that is refused while others are loaded all rows count as rejected. ``sheet`` names all sheets that were read. A ``held`` file is
    landed and waits for somebody to confirm that it takes the place of another; until then its rows are no facts.
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
    status: Literal["landed", "refused", "held"]
    reason: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_blank: int
    rows_notes: int


class SubmissionLog:
    """The log file, held in memory for the questions landing asks of it."""

    def __init__(self, path: Path):
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self._cut_torn_line()
        with path.open(encoding="utf-8", newline="\n") as stream:
            self.entries = [Submission(**json.loads(line)) for line in stream]
        self._last_of_id = {entry.submission_id: entry for entry in self.entries}
        self._last_of_file = {(entry.ledger, entry.file): entry for entry in self.entries}

    def _cut_torn_line(self) -> None:
        """Drop a last line that a killed process left half written; its file will simply be landed again."""
        content = self.path.read_bytes()
        if content and not content.endswith(b"\n"):
            with self.path.open("r+b") as stream:
                stream.truncate(content.rfind(b"\n") + 1)

    def is_settled(self, submission_id: str, ledger: str, file: str) -> bool:
        """Whether these bytes need nothing: they are what this file last held, or came before under another name."""
        last = self._last_of_file.get((ledger, file)) or self._last_of_id.get(submission_id)
        return last is not None and last.submission_id == submission_id

    def entry(self, submission_id: str) -> Submission | None:
        """The latest entry of a submission, None where there is none."""
        return self._last_of_id.get(submission_id)

    def append(self, entry: Submission) -> None:
        """Write one entry and make sure it is on disk before anything relies on it."""
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        self.entries.append(entry)
        self._last_of_id[entry.submission_id] = entry
        self._last_of_file[(entry.ledger, entry.file)] = entry

    @property
    def next_no(self) -> int:
        """The number of the next entry."""
        return len(self.entries) + 1


def totals(entries: Iterable[Submission]) -> dict[str, int]:
    """The row counts of several entries, added up."""
    names = ("rows_read", "rows_accepted", "rows_rejected", "rows_blank", "rows_notes")
    entries = list(entries)
    return {name: sum(getattr(entry, name) for entry in entries) for name in names}
