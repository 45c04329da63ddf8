"""What a backup holds, and how it is read while nights run: logs that grow are read once and first, everything they name does not change.

Not in it, because it is built again: the warehouse, dbt's files, Dagster's runs. Not in it on purpose: private keys (each signer
keeps their own; a copy beside the data would let others sign) and settings with passwords.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dagster_project.backup.store import Backup, BackupError, Kept, Store
from dagster_project.desk.audit import AUDIT
from dagster_project.desk.tokens import TOKENS
from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.ingestion.proof import landed_path
from dagster_project.ingestion.submissions import LOG_NAME, SubmissionLog
from dagster_project.publishing.history import HISTORY
from dagster_project.publishing.proof import PublishError, read_manifest
from dagster_project.publishing.signatures import SIGNATURES
from dagster_project.publishing.versions import current_name, kept_names
from dagster_project.settings import Settings

WAITS_S = (1, 2, 4, 8, 16, 30)
"""Seconds between the looks while a night writes; landing and publishing, during which logs grow, take seconds of it."""


@dataclass(frozen=True)
class Room:
    """A place that is kept: its name in the backup, where it lies, and whether nights write it (else it is the office's own)."""

    name: str
    path: Path
    is_of_build: bool = True


def rooms(settings: Settings) -> list[Room]:
    """Everything that is kept; what is not there is left out when a backup is made."""
    build = settings.build_dir.absolute()
    own = [Room("drop", settings.raw_dir.absolute(), False), Room("signers.csv", settings.signers.absolute(), False)]
    if settings.office_dir:
        own.append(Room("office", settings.office_dir.absolute(), False))
    return [
        Room("landing", settings.landing_dir),
        Room("originals", settings.keeping.originals_of(settings.landing_dir)),
        Room("reports", settings.reports_dir),
        Room("outbox", settings.outbox_dir),
        *(Room(path.name, path) for path in (settings.alert_memory, settings.heartbeat, settings.unrecorded)),
        Room("proved.json", build / "proved.json"),
        *(Room(name, settings.desk_dir / name) for name in (TOKENS, AUDIT)),
        Room("serving", settings.serving_dir),
        *own,
    ]


def back_up(settings: Settings, store: Store) -> tuple[Backup, list[str]]:
    """Make a backup in a store that nobody else writes; returns it, and what was found damaged or missing while it was made, in lines for people.

    A night may run meanwhile: what is kept is the state before or after what it does, as if it had been killed there.

    Raises:
        BackupError: there is nothing to keep, the folder cannot be used, or a night wrote without a pause.
        OSError: a file cannot be read, or the folder not be written.
    """
    places = [place for place in rooms(settings) if place.path.exists()]
    inside = [place.path for place in places if store.folder.absolute().is_relative_to(place.path)]
    if inside:
        raise BackupError(f"备份文件夹 {store.folder} 在要备份的 {inside[0]} 之中;请放到别的磁盘上")
    if not any(place.is_of_build for place in places):
        raise BackupError(f"{settings.build_dir.absolute()} 中还没有可备份的数据;请先运行 jixiao nightly")
    for wait in (*WAITS_S, None):
        before = _state(settings)
        try:
            files = [file for place in places for file in _kept(store, place)]
        except FileNotFoundError:  # a night put something else in its place
            files = None
        if files is not None and _state(settings) == before:
            made_at = dt.datetime.now(SHANGHAI).isoformat(timespec="microseconds")  # names tell which came last
            return store.finish(made_at, before[0] or "", files), _faults(settings, files)
        if wait is not None:
            time.sleep(wait)
    raise BackupError("夜间任务一直在写,没有得到前后一致的备份;请等它结束后重试")


def _state(settings: Settings) -> tuple[str | None, tuple[str, ...], tuple[int, ...]]:
    """What tells whether a night wrote: the version that readers have, all versions, the sizes of the logs."""
    serving = settings.serving_dir
    logs = (settings.landing_dir / LOG_NAME, serving / HISTORY, serving / SIGNATURES)
    sizes = tuple(log.stat().st_size if log.is_file() else 0 for log in logs)
    return current_name(serving), tuple(kept_names(serving)), sizes


def _kept(store: Store, place: Room) -> Iterator[Kept]:
    if place.path.is_file():
        yield _file(store, place.path, place.name)
        return
    for path in sorted(place.path.rglob("*")):
        name = path.relative_to(place.path)
        is_passing = place.is_of_build and any(part.startswith(".") for part in name.parts)
        if path.is_file() and not path.is_symlink() and not is_passing and not _through_link(place.path, path):
            yield _file(store, path, f"{place.name}/{name.as_posix()}")


def _through_link(folder: Path, path: Path) -> bool:
    return any(parent.is_symlink() for parent in path.parents if parent.is_relative_to(folder) and parent != folder)


def _file(store: Store, path: Path, name: str) -> Kept:
    """One file; of a log that grows its whole lines."""
    if path.suffix != ".jsonl":
        return store.keep(path, name)
    stat, data = path.stat(), path.read_bytes()
    return store.keep_bytes(data[: data.rfind(b"\n") + 1], name, stat.st_mode & 0o777, stat.st_mtime_ns)


def _faults(settings: Settings, files: list[Kept]) -> list[str]:
    """What of the data is not what it should be: a backup of it is no better."""
    hashes, serving = {file.path: file.sha256 for file in files}, settings.serving_dir
    faults = []
    for version in kept_names(serving):
        try:
            wanted = read_manifest(serving / "versions" / version)["sha256"]
        except PublishError as error:
            faults.append(f"版本 {version}:{error}")
            continue
        broken = [name for name, sha256 in wanted.items() if hashes.get(f"serving/versions/{version}/{name}") != sha256]
        if broken:
            faults.append(
                f"版本 {version} 的文件损坏或缺失:{'、'.join(broken[:3])};备份中也是如此,请先运行 jixiao nightly"
            )
    for entry in SubmissionLog(settings.landing_dir / LOG_NAME).entries:
        rows = landed_path(settings.landing_dir, entry).relative_to(settings.landing_dir)
        if entry.status == "landed" and f"landing/{rows.as_posix()}" not in hashes:
            faults.append(f"{entry.file}:载入的数据不在;备份中也没有,请先运行 jixiao nightly")
    return faults
