"""The log of signatures: who prepared, reviewed and certified which version, append-only, each entry chained to the one before by its hash.

A version that is certified for a year is frozen: publishing never removes it, and the year is shown from it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from pathlib import Path
from typing import Any

SIGNATURES = "signatures.jsonl"
ROLES = ("prepared", "reviewed", "certified")
FIRST = "0" * 64
"""What the first entry names as the hash of the one before."""
Entry = dict[str, Any]


class SignatureError(RuntimeError):
    """A signature cannot be given, or the log was changed; the message says which line or what to do."""


def read_signatures(serving_dir: Path) -> list[Entry]:
    """All entries, oldest first.

    Raises:
        SignatureError: a line was changed, removed or put in; the message names the first one that does not fit.
    """
    path = serving_dir / SIGNATURES
    if not path.is_file():
        return []
    entries: list[Entry] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        before = entries[-1]["hash"] if entries else FIRST
        try:
            entry = json.loads(line)
            is_whole = entry["previous"] == before and entry["hash"] == _hash(entry) and entry["number"] == number
        except (ValueError, KeyError, TypeError):
            is_whole = False
        if not is_whole:
            raise SignatureError(f"{path} 第 {number} 行与前后不相符:签署记录被改动。请从备份恢复该文件")
        entries.append(entry)
    return entries


def append_signature(serving_dir: Path, **words: Any) -> Entry:
    """Add an entry with the time of day and the hash of the entry before it, and make sure that it is on disk.

    Raises:
        SignatureError: the log was changed.
    """
    entries = read_signatures(serving_dir)
    entry: Entry = {
        "number": len(entries) + 1,
        "at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        **words,
        "previous": entries[-1]["hash"] if entries else FIRST,
    }
    entry["hash"] = _hash(entry)
    with (serving_dir / SIGNATURES).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return entry


def signatures_of(serving_dir: Path, fiscal_year: int, department_code: str) -> list[Entry]:
    """The entries of one year and department, oldest first."""
    return [
        entry
        for entry in read_signatures(serving_dir)
        if (entry["fiscal_year"], entry["department_code"]) == (fiscal_year, department_code)
    ]


def certified_entry(serving_dir: Path, fiscal_year: int, department_code: str) -> Entry | None:
    """The certification that holds for a year and department: the last one."""
    certified = [e for e in signatures_of(serving_dir, fiscal_year, department_code) if e["role"] == "certified"]
    return certified[-1] if certified else None


def frozen_versions(serving_dir: Path) -> set[str]:
    """The versions that were ever certified; they are kept whatever the number of versions kept."""
    return {entry["version"] for entry in read_signatures(serving_dir) if entry["role"] == "certified"}


def _hash(entry: Entry) -> str:
    words = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()
