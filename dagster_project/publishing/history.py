"""When which version became current: one JSON object a line, oldest first. A line that cannot be read is no loss to readers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from dagster_project.aside import put_aside
from dagster_project.on_disk import write_whole

HISTORY = "history.jsonl"
ASIDE = "aside"
"""The folder beside the versions for what was damaged."""


def history(serving_dir: Path) -> list[dict[str, str]]:
    """When which version became current, and by what: publish or rollback; oldest first, without lines that are damaged."""
    return [entry for entry in _entries(serving_dir / HISTORY) if entry is not None]


def append_history(serving_dir: Path, version: str, action: str) -> None:
    """Note that a version became current; a line that was cut off before stays a line of its own."""
    path = serving_dir / HISTORY
    if path.is_dir():
        put_aside(path, serving_dir / ASIDE)
    entry = {"at": dt.datetime.now().astimezone().isoformat(timespec="seconds"), "version": version, "action": action}
    with path.open("ab+") as stream:
        if stream.tell():
            stream.seek(-1, 2)
            if stream.read(1) != b"\n":
                stream.write(b"\n")
        stream.write(json.dumps(entry).encode() + b"\n")


def damaged_lines(serving_dir: Path) -> int:
    """How many lines of the history cannot be read."""
    return sum(entry is None for entry in _entries(serving_dir / HISTORY))


def mend_history(serving_dir: Path) -> list[str]:
    """Put a damaged history aside and keep the lines that can be read; returns a text for people, or nothing."""
    path = serving_dir / HISTORY
    entries = _entries(path)
    whole = [entry for entry in entries if entry is not None]
    if len(whole) == len(entries) and not path.is_dir():
        return []
    place = put_aside(path, serving_dir / ASIDE)
    write_whole(path, b"".join(json.dumps(entry).encode() + b"\n" for entry in whole))
    lost = len(entries) - len(whole)
    return [f"{path.name} 中有 {lost} 行读不出,已留下其余 {len(whole)} 行;原文件移到 {place}。已发布的数据没有变"]


def _entries(path: Path) -> list[dict[str, str] | None]:
    """Each line; None for one that is not an entry."""
    return [_entry(line) for line in path.read_bytes().splitlines()] if path.is_file() else []


def _entry(line: bytes) -> dict[str, str] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    is_entry = isinstance(entry, dict) and all(isinstance(entry.get(name), str) for name in ("at", "version", "action"))
    return entry if is_entry else None
