"""How something gets onto the disk, so that a power cut does not take it back or leave half of it, and who may write."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class HeldElsewhere(RuntimeError):
    """Another process holds a file; ``noted`` is what it wrote there of itself."""

    def __init__(self, noted: str):
        super().__init__(noted)
        self.noted = noted


def hold(path: Path) -> IO[str]:
    """Open a file and hold it until it is closed or this process ends; its holder may note in it who that is.

    Raises:
        HeldElsewhere: another process holds it.
    """
    stream = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        stream.seek(0)
        noted = stream.read()
        stream.close()
        raise HeldElsewhere(noted) from error
    return stream


@contextmanager
def turn_at(path: Path) -> Iterator[None]:
    """Wait until no other process holds a file, and hold it, closed to others; one that is killed lets go of it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sync(path: Path) -> None:
    """Make sure that a file, or the entries of a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def holds_text(path: Path, text: str) -> bool:
    """Whether a file is there and holds this text and nothing else."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file so that a reader, also after a power cut, finds the old one or the new one."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
