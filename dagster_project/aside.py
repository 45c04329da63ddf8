"""Where damaged things go: by the time they were found, with what they are in their name."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

KEPT = 100
"""Entries that stay: every table of a version that was damaged as a whole, without filling the disk."""


def put_aside(path: Path, folder: Path) -> Path:
    """Move a file, folder or link out of the way; returns where it is now.

    Args:
        path: what is damaged or in the way.
        folder: holds the things put aside, each named by its time; the oldest go when there are more than ``KEPT``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = dt.datetime.now().strftime("%Y%m%dT%H%M%S.%f")
    place = folder / f"{stamp}-{path.name}"
    os.replace(path, place)
    for old in sorted(folder.iterdir())[:-KEPT]:
        remove(old)
    return place


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it; nothing happens where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
