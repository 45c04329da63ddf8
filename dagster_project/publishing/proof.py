"""Is a published version still what was published? Every file is held against the hash in the manifest of its version.

What was proved, and with which size and time of change, is noted in ``proved.json``: a night hashes again only what changed
since, and then, as long as its time lasts, the files that were hashed longest ago.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.hashing import sha256_of
from dagster_project.on_disk import write_whole

DATABASE = "published.duckdb"
WRITTEN_BESIDE = f"{DATABASE}.wal"
"""What a tool leaves that opened the database to write: every reader would read it too."""
MANIFEST = "manifest.json"
PROVED = "proved.json"
"""Stands beside the folder of the versions: a night that finds everything as it was changes nothing in there."""


class PublishError(RuntimeError):
    """A version cannot be written, found or trusted; the message says which and what to do."""


@dataclass
class _Seen:
    """One file as it was when it was hashed last."""

    size: int
    mtime_ns: int
    hashed_at: float
    is_whole: bool


def version_name(hashes: Mapping[str, str]) -> str:
    """The name of a version, from the SHA-256 of each of its Parquet files."""
    parquet = {name: hashes[name] for name in sorted(hashes) if name.endswith(".parquet")}
    return hashlib.sha256(json.dumps(parquet, sort_keys=True).encode()).hexdigest()[:16]


def read_manifest(version_dir: Path) -> dict[str, Any]:
    """What a version says of itself.

    Raises:
        PublishError: there is no manifest, it is damaged, or it is not of this version.
    """
    path = version_dir / MANIFEST
    try:
        told = json.loads(path.read_bytes())
        hashes, tables = dict(told["sha256"]), dict(told["tables"])
        is_whole = version_name(hashes) == version_dir.name and {f"{t}.parquet" for t in tables} <= hashes.keys()
    except (OSError, ValueError, KeyError, TypeError):
        is_whole = False
    if not is_whole:
        raise PublishError(f"版本 {version_dir.name} 的 {MANIFEST} 缺失或已损坏;请运行 jixiao nightly 或 jixiao doctor")
    return dict(told)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a version, in one step."""
    write_whole(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())


def verify(version_dir: Path) -> list[str]:
    """The files of a version that are missing, differ from its manifest, or were written beside it; every byte is read."""
    try:
        hashes = read_manifest(version_dir)["sha256"]
    except PublishError:
        return [MANIFEST]
    beside = [WRITTEN_BESIDE] if (version_dir / WRITTEN_BESIDE).exists() else []
    return [name for name, expected in hashes.items() if not _is_whole(version_dir / name, expected)] + beside


def prove(serving_dir: Path, seconds: float = 0, first: str | None = None) -> dict[str, list[str]]:
    """The damaged files of each kept version that has any, found within a budget of time.

    Sizes and times of change are looked at in every version. Hashed are: files of the version ``first`` that changed since they
    were hashed, whatever time it takes; then, for so many seconds, other changed ones and those hashed longest ago.
    """
    until = time.monotonic() + seconds
    seen = _read(serving_dir.with_name(PROVED))
    broken: dict[str, list[str]] = {}
    waiting: list[tuple[bool, float, str, str, str]] = []
    kept = sorted(_versions(serving_dir), key=lambda path: path.name != first)
    for path in kept:
        try:
            hashes = read_manifest(path)["sha256"]
        except PublishError:
            broken[path.name] = [MANIFEST]
            continue
        if (path / WRITTEN_BESIDE).exists():
            broken.setdefault(path.name, []).append(WRITTEN_BESIDE)
        notes = seen.setdefault(path.name, {})
        for name, expected in hashes.items():
            note = notes.get(name)
            is_known = note is not None and _stat(path / name) == (note.size, note.mtime_ns)
            if not is_known and path.name == first:
                notes[name] = note = _hash(path / name, expected)
                is_known = True
            if is_known and note and not note.is_whole:
                broken.setdefault(path.name, []).append(name)
            elif _stat(path / name) is None:
                broken.setdefault(path.name, []).append(name)
            else:
                waiting.append((is_known, note.hashed_at if note and is_known else 0, path.name, name, expected))
    for _, _, version, name, expected in sorted(waiting):
        if time.monotonic() >= until:
            break
        note = seen[version][name] = _hash(serving_dir / "versions" / version / name, expected)
        if not note.is_whole:
            broken.setdefault(version, []).append(name)
    now = {path.name: seen.get(path.name, {}) for path in kept}
    if now != _read(serving_dir.with_name(PROVED)):
        _write(serving_dir.with_name(PROVED), now)
    return broken


def _versions(serving_dir: Path) -> list[Path]:
    folder = serving_dir / "versions"
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")] if folder.is_dir() else []


def _is_whole(path: Path, expected: str) -> bool:
    try:
        return sha256_of(path) == expected
    except OSError:
        return False


def _stat(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return (stat.st_size, stat.st_mtime_ns) if path.is_file() else None


def _hash(path: Path, expected: str) -> _Seen:
    size, mtime_ns = _stat(path) or (-1, -1)
    return _Seen(size, mtime_ns, time.time(), _is_whole(path, expected))


def _read(path: Path) -> dict[str, dict[str, _Seen]]:
    """What was proved before; nothing where the note is damaged, and then everything is proved again."""
    try:
        return {
            version: {name: _Seen(int(s), int(m), float(at), bool(ok)) for name, (s, m, at, ok) in files.items()}
            for version, files in json.loads(path.read_bytes()).items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(path: Path, seen: Mapping[str, Mapping[str, _Seen]]) -> None:
    told = {
        version: {name: [note.size, note.mtime_ns, note.hashed_at, note.is_whole] for name, note in files.items()}
        for version, files in seen.items()
    }
    try:
        write_whole(path, json.dumps(told).encode())
    except OSError:  # a full disk: then the next night proves more
        return
