"""Which versions go: not the current one, not the last few, none that was certified, none that somebody may still be reading."""

from __future__ import annotations

import datetime as dt
import fcntl
import itertools
import os
import shutil
import time
from pathlib import Path

from dagster_project.publishing.history import history
from dagster_project.publishing.proof import MANIFEST

REMOVED = ".removed-"


def prune(serving_dir: Path, current: str, keep: int, kept_hours: float, frozen: set[str]) -> None:
    """Remove all but the versions that were current last, those that were certified, and those that are read.

    Args:
        serving_dir: holds ``versions/``.
        current: the version that readers get now.
        keep: how many versions stay, the current one included.
        kept_hours: how long a version stays after it was current, for readers that hold its path.
        frozen: versions that stay whatever their age.
    """
    folder = serving_dir / "versions"
    for left in folder.glob(f"{REMOVED}*"):
        shutil.rmtree(left, ignore_errors=True)
    until = _last_moments(serving_dir)
    versions = [path for path in folder.iterdir() if not path.name.startswith(".") and path.name != current]
    age = {path: until.get(path.name, path.stat().st_mtime) for path in versions}
    order = {entry["version"]: place for place, entry in enumerate(history(serving_dir))}
    versions.sort(key=lambda path: (order.get(path.name, -1), age[path]), reverse=True)
    for path in versions[keep - 1 :]:
        is_read = time.time() - age[path] < kept_hours * 3600 or _is_pinned(path)
        if path.name not in frozen and not is_read:
            # A version is there as a whole or not at all, also for a process that is killed now.
            removed = path.with_name(f"{REMOVED}{path.name}")
            os.replace(path, removed)
            shutil.rmtree(removed, ignore_errors=True)


def _last_moments(serving_dir: Path) -> dict[str, float]:
    """Until when each version was current, in seconds since 1970."""
    entries = history(serving_dir)
    found = {}
    for entry, after in itertools.pairwise(entries):
        try:
            found[entry["version"]] = dt.datetime.fromisoformat(after["at"]).timestamp()
        except ValueError:
            continue
    return found


def _is_pinned(version_dir: Path) -> bool:
    """Whether a reader holds the version (:func:`dagster_project.publishing.reading`)."""
    try:
        with (version_dir / MANIFEST).open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
