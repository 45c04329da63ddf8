"""The log of signatures: one line of JSON an entry, append-only, each chained to the one before by its hash.

A version that is certified for a year is frozen: publishing never removes it, and the year is shown from it.
Whose key signed an entry is checked by `dagster_project.reporting.pack.verifier.signatures`; here is only the chain.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dagster_project.on_disk import sync, turn_at

SIGNATURES = "signatures.jsonl"
LOCK = "signatures.lock"
ROLES = ("prepared", "reviewed", "certified")
FIRST = "0" * 64
"""What the first entry names as the hash of the one before."""
Entry = dict[str, Any]


class SignatureError(RuntimeError):
    """A signature cannot be given, or the log was changed; the message says which line or what to do."""


def read_signatures(serving_dir: Path) -> list[Entry]:
    """All entries, oldest first; a last line that was never finished is none.

    Raises:
        SignatureError: a line was changed, removed or put in; the message names the first one that does not fit.
    """
    return _parse(serving_dir / SIGNATURES)[0]


def unfinished_line(serving_dir: Path) -> str:
    """What a disk that was full or a kill left of an entry at the end of the log; empty where nothing is left.

    Only a last line without a line feed that is no entry counts: nobody was ever told that it was signed.
    """
    return _parse(serving_dir / SIGNATURES)[1].decode("utf-8", "backslashreplace")


def append_signature(serving_dir: Path, make: Callable[[list[Entry]], Entry]) -> Entry:
    """Add an entry while nobody else can, and make sure that it is on disk.

    Args:
        serving_dir: where the log lies.
        make: gets all entries and gives the words of the new one, without ``hash``; what it raises leaves the log alone.
            Its entry must hold the ``number``, ``at`` and ``previous`` of `next_place`.

    Raises:
        SignatureError: the log was changed, or the disk took only a part of the entry, which is taken away again.
    """
    path = serving_dir / SIGNATURES
    with turn_at(serving_dir / LOCK):
        entries, unfinished, needs_feed = _parse(path)
        entry = make(entries)
        entry["hash"] = hash_of(entry)
        line = ("\n" if needs_feed else "") + json.dumps(entry, ensure_ascii=False) + "\n"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size - len(unfinished)
            os.ftruncate(descriptor, size)
            os.lseek(descriptor, size, os.SEEK_SET)
            _write(descriptor, line.encode("utf-8"), size)
        except OSError as error:
            raise SignatureError(f"签署没有写成({error.strerror}),记录保持原样;清理 {path} 所在磁盘后再签") from error
        finally:
            os.close(descriptor)
        sync(serving_dir)
    return entry


def next_place(entries: list[Entry]) -> Entry:
    """Where a new entry stands: its number, the time of day, and the hash of the entry before it."""
    return {
        "number": len(entries) + 1,
        "at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "previous": entries[-1]["hash"] if entries else FIRST,
    }


def signatures_of(serving_dir: Path, fiscal_year: int, department_code: str) -> list[Entry]:
    """The entries of one year and department, oldest first."""
    return entries_of(read_signatures(serving_dir), fiscal_year, department_code)


def entries_of(entries: list[Entry], fiscal_year: int, department_code: str) -> list[Entry]:
    """Those of one year and department."""
    return [e for e in entries if (e["fiscal_year"], e["department_code"]) == (fiscal_year, department_code)]


def certified_entry(serving_dir: Path, fiscal_year: int, department_code: str) -> Entry | None:
    """The certification that holds for a year and department: the last one."""
    return last_certification(signatures_of(serving_dir, fiscal_year, department_code))


def last_certification(entries: list[Entry]) -> Entry | None:
    """The last certification among entries."""
    certified = [entry for entry in entries if entry["role"] == "certified"]
    return certified[-1] if certified else None


def frozen_versions(serving_dir: Path) -> set[str]:
    """The versions that were ever certified; they are kept whatever the number of versions kept."""
    return {entry["version"] for entry in read_signatures(serving_dir) if entry["role"] == "certified"}


def hash_of(entry: Entry) -> str:
    """The hash of an entry: of its words and its signature, in one order."""
    words = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


def _parse(path: Path) -> tuple[list[Entry], bytes, bool]:
    """The entries, the unfinished end, and whether the last entry lacks its line feed. Only a line feed ends a line."""
    if not path.is_file():
        return [], b"", False
    *lines, end = path.read_bytes().split(b"\n")
    entries: list[Entry] = []
    for number, line in enumerate(lines, start=1):
        entry = _entry(line, entries)
        if entry is None:
            raise SignatureError(f"{path} 第 {number} 行与前后不相符:签署记录被改动。请从备份恢复该文件")
        entries.append(entry)
    last = _entry(end, entries) if end else None
    return ([*entries, last], b"", True) if last else (entries, end, False)


def _entry(line: bytes, before: list[Entry]) -> Entry | None:
    """The entry of a line, or None where it does not follow from those before."""
    try:
        entry = json.loads(line.decode("utf-8"))
        place = (entry["number"], entry["previous"], entry["hash"])
        is_whole = place == (len(before) + 1, before[-1]["hash"] if before else FIRST, hash_of(entry))
        return entry if is_whole and {"role", "version", "fiscal_year", "department_code"} <= set(entry) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _write(descriptor: int, content: bytes, start: int) -> None:
    """All of it, on disk, or none of it."""
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, start)
        raise
