"""The originals: a copy of each file as it was handed in, named by the hash of its bytes. What is read is the copy.

A hard link would share its bytes with the drop: a department that saves over its file in place would change both.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dagster_project.hashing import sha256_of
from dagster_project.ingestion.submissions import Submission

CHUNK_BYTES = 4 * 1024 * 1024
ATTEMPTS = 3
"""A file that changes while it is copied is copied again; one that changes each time is still being written."""
SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
UNFINISHED = ".unfinished"


class StillWritten(Exception):
    """A file changes while it is read; it is read in a later run."""


class Originals:
    """A folder of copies, each named by the SHA-256 of its bytes; only their owner may read them."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path_of(self, sha256: str, name: str) -> Path:
        """Where the original of these bytes lies; the suffix is that of the file's name, for readers that ask for it."""
        suffix = Path(name).suffix.lower()
        return self.folder / f"{sha256}{suffix if SUFFIX.fullmatch(suffix) else ''}"

    def find(self, sha256: str, name: str) -> Path | None:
        """The original of these bytes, proved; None where it is gone or damaged."""
        path = self.path_of(sha256, name)
        return path if path.is_file() and sha256_of(path) == sha256 else None

    def keep(self, source: Path, name: str) -> tuple[str, Path]:
        """Copy a file of the drop; returns the hash of the bytes that were copied, and where the copy lies.

        Raises:
            StillWritten: the file changes while it is copied.
            OSError: it cannot be read, or the folder not be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self.folder / f"{UNFINISHED}.{os.getpid()}"
        for _ in range(ATTEMPTS):
            if sha256 := _copy(source, unfinished):
                target = self.path_of(sha256, name)
                os.replace(unfinished, target)
                return sha256, target
        unfinished.unlink(missing_ok=True)
        raise StillWritten

    def all(self) -> list[Path]:
        """Every original."""
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if not path.name.startswith("."))

    def over(self, entries: Iterable[Submission], years: int, now: dt.datetime) -> list[Path]:
        """The originals that no file of the log held last and that the log named last more than so many years ago.

        Args:
            entries: the log of submissions.
            years: how long an original stays after the log last named it.
            now: the present moment, with its time zone.
        """
        last = {(entry.ledger, entry.file): entry for entry in entries}
        named = {entry.sha256: entry.landed_at for entry in entries}  # the log is in order: the last one counts
        held = {entry.sha256 for entry in last.values() if entry.is_hand_in}
        return [
            path
            for path in self.all()
            if path.stem in named
            and path.stem not in held
            and _years_after(dt.datetime.fromisoformat(named[path.stem]), years) <= now
        ]


def _years_after(moment: dt.datetime, years: int) -> dt.datetime:
    """The same day so many years later; 29 February becomes 28 February."""
    day = min(moment.day, 28) if moment.month == 2 else moment.day
    return moment.replace(year=min(moment.year + years, dt.MAXYEAR), day=day)


def _copy(source: Path, target: Path) -> str:
    """Copy bytes while they are hashed; the hash, or nothing where the file changed meanwhile."""
    digest = hashlib.sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as stream, os.fdopen(descriptor, "wb", buffering=0) as copy:
        before = _state(stream.fileno())
        if before[1] <= CHUNK_BYTES:
            content = stream.read()
            digest.update(content)
            _write(copy.fileno(), content)
        else:
            with ThreadPoolExecutor(1) as other_core:
                while chunk := stream.read(CHUNK_BYTES):
                    hashing = other_core.submit(digest.update, chunk)
                    _write(copy.fileno(), chunk)
                    hashing.result()
        if before != _state(stream.fileno()):
            return ""
    return digest.hexdigest()


def _write(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _state(descriptor: int) -> tuple[int, int, int]:
    about = os.fstat(descriptor)
    return about.st_ino, about.st_size, about.st_mtime_ns
