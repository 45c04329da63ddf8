"""Which files of the drop lie still, and whether what lies still is news: a file that is being copied must not be read in half."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.building.night import quiet_night
from dagster_project.contracts import ContractError
from dagster_project.ingestion.unread import DropError
from dagster_project.settings import Settings

Stamps = dict[str, tuple[int, int]]
"""Size and time of change of each file, by its path below the drop."""


@dataclass(frozen=True)
class Look:
    """What a look at the drop found: whether a night has something to do, what is said of it, and what the next look has to know."""

    is_news: bool
    text_zh: str
    cursor: str


def stamps_of(raw_dir: Path) -> Stamps:
    """The files of the drop as they lie; what programs keep for themselves (``.x``, ``~$x``) is passed over."""
    found: Stamps = {}
    for folder, folders, names in os.walk(raw_dir):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.startswith((".", "~$")):
                continue
            path = Path(folder, name)
            try:
                stat = path.stat()
            except OSError:  # gone since, or a link to nothing
                continue
            found[path.relative_to(raw_dir).as_posix()] = (stat.st_size, stat.st_mtime_ns)
    return found


def settled_only(settings: Settings) -> list[Path] | None:
    """The files to read where others are still written; None where all lie still, so that the whole drop is looked at."""
    stamps = stamps_of(settings.raw_dir)
    moving = _moving(stamps, settings.settle_seconds)
    if not moving:
        return None
    return [settings.raw_dir / name for name in stamps if name not in moving]


def look(settings: Settings, cursor: str, broken_off: str = "") -> Look:
    """Look at the drop, knowing what the last look saw.

    A file lies still when it is as the last look saw it, or new, and was changed long enough ago; a copy that keeps the time of its
    original is told by its size. Each state of the files that lie still is news once, and only where a night has something to do.

    Args:
        settings: where the drop is, and for how long a file must lie still.
        cursor: of the last look; empty for the first.
        broken_off: a night that was broken off, so that what it was asked for is news again, once.

    Returns:
        no news, with the reason, where the drop or the contracts cannot be used.
    """
    last = json.loads(cursor) if cursor else {"seen": {}, "asked": {}}
    if broken_off and last.get("broken_off") != broken_off:
        last |= {"asked": {}, "broken_off": broken_off}
    stamps = stamps_of(settings.raw_dir)
    seen = {_short(name): _short(f"{size}:{changed}") for name, (size, changed) in stamps.items()}
    moving = _moving(stamps, settings.settle_seconds)
    moving |= {name for name in stamps if last["seen"].get(_short(name), seen[_short(name)]) != seen[_short(name)]}
    # A file that moves counts as it was when a night was asked for last.
    unread = {_short(name) for name in moving}
    still = {name: stamp for name, stamp in seen.items() if name not in unread}
    still |= {name: stamp for name, stamp in last["asked"].items() if name in unread}
    waiting = f";{len(moving)} 个文件还在写入,等它们写完:{'、'.join(sorted(moving)[:3])}" if moving else ""

    def told(is_news: bool, text: str) -> Look:
        return Look(is_news, text + waiting, json.dumps({**last, "seen": seen, "asked": still}))

    if still == last["asked"]:
        return told(False, "没有新文件")
    try:
        is_done = quiet_night(settings, {}) is not None
    except (ContractError, DropError) as error:  # the night says so too, and alerts; here it is looked at again
        return Look(False, str(error), cursor)
    if is_done:
        return told(False, "文件都已载入")
    return told(True, "有新文件或改动")


def _moving(stamps: Mapping[str, tuple[int, int]], seconds: float) -> set[str]:
    """The files that were changed a moment ago; one whose time lies in the future is not waited for longer than for others."""
    now = time.time_ns()
    return {name for name, (_, changed) in stamps.items() if abs(now - changed) < seconds * 1_000_000_000}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]
