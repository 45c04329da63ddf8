"""A folder of backups: each file once, named by the SHA-256 of its bytes, and for each backup a list of what lay where.

A later backup copies only what is new. A list is named by its moment and its own hash, so that a change in it is seen too.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dagster_project.hashing import sha256_of
from dagster_project.on_disk import HeldElsewhere, hold, sync, write_whole
from dagster_project.private_files import PRIVATE_FILE, PRIVATE_FOLDER

OBJECTS, UNFINISHED, LOCK = "objects", ".unfinished", ".lock"
FORMAT = 1
CHUNK_BYTES = 1 << 20


class BackupError(RuntimeError):
    """A backup cannot be made or used; the message says which file and what to do."""


@dataclass(frozen=True)
class Kept:
    """One file of a backup: where it lay (``landing/submissions.jsonl``), its hash, bytes, mode, and its time of change."""

    path: str
    sha256: str
    size: int
    mode: int
    mtime_ns: int


@dataclass(frozen=True)
class Backup:
    """One backup: its name, the version that readers had (empty where there was none), and its files."""

    name: str
    made_at: str
    version: str
    files: tuple[Kept, ...]


class Store:
    """The folder. Only its owner may read it: it holds what departments handed in, as they handed it in."""

    def __init__(self, folder: Path):
        self.folder = folder

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Make the folder, close it to others, and let nobody else write it meanwhile.

        Raises:
            BackupError: it holds something else, or another backup is being made in it.
        """
        strangers = [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []
        if strangers and OBJECTS not in strangers:
            raise BackupError(f"{self.folder} 中有别的文件({strangers[0]} 等);请指定一个空文件夹,或以前备份用的文件夹")
        (self.folder / OBJECTS).mkdir(parents=True, exist_ok=True)
        self.folder.chmod(PRIVATE_FOLDER)
        try:
            lock = hold(self.folder / LOCK)
        except HeldElsewhere as error:
            raise BackupError(f"另一个备份正在写 {self.folder};请等它结束后重试") from error
        with lock:
            for left in self.folder.glob(f"{UNFINISHED}*"):
                left.unlink()
            yield

    def keep(self, source: Path, path: str) -> Kept:
        """Copy a file, if its bytes are not there yet; what is hashed is what is copied.

        Raises:
            OSError: it cannot be read, or not be written.
        """
        unfinished, digest = self.folder / f"{UNFINISHED}.{os.getpid()}", hashlib.sha256()
        with source.open("rb") as stream, unfinished.open("wb") as target:
            stat = os.fstat(stream.fileno())
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                target.write(chunk)
            size = target.tell()
        self._put(unfinished, digest.hexdigest())
        return Kept(path, digest.hexdigest(), size, stat.st_mode & 0o777, stat.st_mtime_ns)

    def keep_bytes(self, data: bytes, path: str, mode: int, mtime_ns: int) -> Kept:
        """Keep what was read of a file that grows."""
        unfinished, sha256 = self.folder / f"{UNFINISHED}.{os.getpid()}", hashlib.sha256(data).hexdigest()
        unfinished.write_bytes(data)
        self._put(unfinished, sha256)
        return Kept(path, sha256, len(data), mode, mtime_ns)

    def finish(self, made_at: str, version: str, files: list[Kept]) -> Backup:
        """Write the list of a backup; from now on it is one."""
        sync(self.folder / OBJECTS)
        told = {"format": FORMAT, "made_at": made_at, "version": version, "files": [asdict(file) for file in files]}
        data = json.dumps(told, ensure_ascii=False, indent=1).encode()
        stamp = "".join(sign for sign in made_at[:26] if sign.isdigit())
        name = f"{stamp}-{hashlib.sha256(data).hexdigest()[:16]}"
        write_whole(self.folder / f"{name}.json", data)
        (self.folder / f"{name}.json").chmod(PRIVATE_FILE)
        return Backup(name, made_at, version, tuple(files))

    def names(self) -> list[str]:
        """The names of all backups, oldest first."""
        return sorted(path.stem for path in self.folder.glob("[0-9]*-*.json"))

    def read(self, name: str = "") -> Backup:
        """A backup by its name; the last one where it is empty.

        Raises:
            BackupError: there is none, or its list was changed.
        """
        names = self.names()
        if not names or (name and name not in names):
            raise BackupError(f"{self.folder} 中没有备份 {name};有:{'、'.join(names) or '无'}")
        name = name or names[-1]
        data = (self.folder / f"{name}.json").read_bytes()
        if hashlib.sha256(data).hexdigest()[:16] != name.rpartition("-")[2]:
            raise BackupError(
                f"备份 {name} 的清单被改动或损坏;请用别的备份:{'、'.join(n for n in names if n != name) or '无'}"
            )
        told: dict[str, Any] = json.loads(data)
        if told["format"] != FORMAT:
            raise BackupError(f"备份 {name} 的格式是 {told['format']},本程序只认 {FORMAT};请用写它的版本恢复")
        return Backup(name, told["made_at"], told["version"], tuple(Kept(**each) for each in told["files"]))

    def damaged(self, backup: Backup) -> list[str]:
        """Which files of a backup are gone or not what they were; every byte is read."""
        proved: dict[str, bool] = {}
        for file in backup.files:
            if file.sha256 not in proved:
                place = self.place(file)
                proved[file.sha256] = place.is_file() and sha256_of(place) == file.sha256
        return [file.path for file in backup.files if not proved[file.sha256]]

    def place(self, file: Kept) -> Path:
        """Where the bytes of a file lie."""
        return self._object(file.sha256)

    def prune(self, keep: int) -> list[str]:
        """Remove all but the last backups, and the files that only those had; returns the names removed.

        Raises:
            BackupError: the list of one that stays was changed: then nobody knows which files it needs, and nothing goes.
        """
        names = self.names()
        needed = {file.sha256 for name in names[-keep:] for file in self.read(name).files}
        for name in names[:-keep]:
            (self.folder / f"{name}.json").unlink()
        for path in list(self._objects()):
            if path.name not in needed:
                path.unlink()
        return names[:-keep]

    def _put(self, unfinished: Path, sha256: str) -> None:
        target = self._object(sha256)
        if target.is_file() and target.stat().st_size == unfinished.stat().st_size:
            unfinished.unlink()
            return
        target.parent.mkdir(exist_ok=True)
        unfinished.chmod(PRIVATE_FILE)
        sync(unfinished)
        os.replace(unfinished, target)

    def _object(self, sha256: str) -> Path:
        return self.folder / OBJECTS / sha256[:2] / sha256

    def _objects(self) -> Iterator[Path]:
        return (path for path in (self.folder / OBJECTS).rglob("*") if path.is_file())


def copy_back(source: Path, target: Path, file: Kept) -> None:
    """Put a file where it lay, as it was.

    Raises:
        BackupError: what was copied is not what was kept.
        OSError: it cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    if sha256_of(target) != file.sha256:
        raise BackupError(f"备份中的 {file.path} 损坏,恢复中止;请用别的备份")
    target.chmod(file.mode)
    os.utime(target, ns=(file.mtime_ns, file.mtime_ns))
