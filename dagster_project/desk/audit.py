"""The audit log of the desk: who did what when, with the hash of the file. Append only; no content, no names of people."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from pathlib import Path

from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.private_files import PRIVATE_FILE

AUDIT = "audit.jsonl"
EVENTS = frozenset({
    "token_made", "token_revoked", "signed_in", "sign_in_refused", "signed_out", "form_refused", "uploaded", "upload_refused",
    "answered", "handed_in", "hand_in_refused", "downloaded", "not_own", "figures_confirmed", "figures_disputed",
})  # fmt: skip
"""Everything that is logged."""


class Audit:
    """Appends lines of JSON.

    Each has ``at``, ``event``, ``department``, ``token_id``, ``address``, and where there is one ``upload_id``, ``sha256``,
    ``ledger``, ``count``, ``reason``. Names of files are not kept: they may hold names of people.
    """

    def __init__(self, desk_dir: Path):
        self.path = desk_dir / AUDIT

    def log(self, event: str, department: str = "", token_id: str = "", address: str = "", **more: str | int) -> None:
        """Append one line and bring it to disk before anything is answered.

        Raises:
            OSError: it could not be written; then what was asked must not be done.
            ValueError: no such event.
        """
        if event not in EVENTS:
            raise ValueError(event)
        at = dt.datetime.now(SHANGHAI).isoformat(timespec="milliseconds")
        entry = {"at": at, "event": event, "department": department, "token_id": token_id, "address": address, **more}
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.write(
                descriptor, json.dumps({k: v for k, v in entry.items() if v != ""}, ensure_ascii=False).encode() + b"\n"
            )
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
