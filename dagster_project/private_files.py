"""Files that only the office reads: closed to other users whatever the umask, made in the build's own work folder, put in place at once."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from dagster_project.on_disk import write_whole

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def _umask_of_readers() -> int:
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


READERS_UMASK = _umask_of_readers()
"""The umask this process began with: what is meant for readers gets the mode that it leaves."""
AT_FDCWD, RENAME_EXCHANGE = -100, 2
LOCK = ".lock"


def keep_private(build_dir: Path, places: Iterable[Path] = ()) -> None:
    """From now on this process and its children write what only their user can read; what is there already is closed too.

    Args:
        build_dir: stays open to readers, who pass through it to what is published.
        places: files and folders in it that only the office reads.
    """
    with for_readers():
        build_dir.mkdir(parents=True, exist_ok=True)
    os.umask(0o077)
    for place in places:
        if place.is_dir():
            place.chmod(PRIVATE_FOLDER)
        elif place.is_file():
            place.chmod(PRIVATE_FILE)


def write_private(path: Path, data: bytes) -> None:
    """Write a small file whole, for this user only, into a folder of this user only, which is made where it is not there.

    Raises:
        OSError: it could not be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(PRIVATE_FOLDER)
    write_whole(path, data)
    path.chmod(PRIVATE_FILE)


@contextlib.contextmanager
def for_readers() -> Iterator[None]:
    """What is written meanwhile gets the modes that the umask this process began with leaves; nothing private may be written."""
    umask = os.umask(READERS_UMASK)
    try:
        yield
    finally:
        os.umask(umask)


def open_to_readers(path: Path) -> None:
    """Give a file or a folder the mode that the umask this process began with leaves."""
    path.chmod((0o777 if path.is_dir() else 0o666) & ~READERS_UMASK)


@contextlib.contextmanager
def work_folder(work_dir: Path) -> Iterator[Path]:
    """A folder for what is not finished, closed to others; those that killed processes left are removed first.

    Args:
        work_dir: holds the folders of all processes; on the file system of what is to be put in place.
    """
    work_dir.mkdir(parents=True, exist_ok=True)
    work_dir.chmod(PRIVATE_FOLDER)
    with (work_dir / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _remove_abandoned(work_dir)
        folder = Path(tempfile.mkdtemp(dir=work_dir))
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _remove_abandoned(work_dir: Path) -> None:
    """Remove the folders that no living process holds."""
    for folder in work_dir.iterdir():
        if folder.name == LOCK:
            continue
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)


def put_in_place(fresh: Path, folder: Path) -> None:
    """Put a whole folder in the place of another; whoever looks finds the old one or the new one.

    Where the system cannot exchange two folders in one step, the old one stands aside for a moment, and :func:`restore`
    brings it back if the process was killed just then. Afterwards ``fresh`` holds the old folder, if there was one.

    Args:
        fresh: the new folder, on the same file system.
        folder: where it goes.
    """
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh.rename(folder)
    elif not _exchange(fresh, folder):
        aside = _aside(folder)
        folder.rename(aside)
        fresh.rename(folder)
        aside.rename(fresh)


def restore(folder: Path) -> None:
    """Bring a folder back that stood aside when a process was killed."""
    aside = _aside(folder)
    if aside.exists():
        if folder.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(folder)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system has no such step."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    if (code := ctypes.get_errno()) in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))
