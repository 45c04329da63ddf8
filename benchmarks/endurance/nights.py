"""Nights in a row in one process, so that what is not given back is seen: memory, open files, threads, disk. A line of JSON each."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.endurance.office import Office, change
from dagster_project.settings import PROJECT_ROOT

QUIET_SHARE = 0.2
SETTLED = 5
"""Nights after which caches are filled and as many versions and runs lie there as are kept."""


def run_nights(office: Office, count: int, seed: int) -> list[dict[str, Any]]:
    """So many nights; returns what each left."""
    running = subprocess.Popen(
        [sys.executable, "-m", __name__, str(office.folder), str(count), str(seed)], cwd=PROJECT_ROOT,
        env=office.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    found = []
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("{"):
            found.append(json.loads(line))
            print(line.rstrip(), flush=True)
    if running.wait() or len(found) != count:
        raise RuntimeError(f"the process of the nights ended with {running.returncode} after {len(found)} of {count}")
    return found


def growth(nights: list[dict[str, Any]], what: str) -> float:
    """How much more the last nights have than those after the first few: medians of a third each."""
    settled = [float(night[what]) for night in nights[min(SETTLED, len(nights) // 2) :]]
    third = max(1, len(settled) // 3)
    first, last = sorted(settled[:third]), sorted(settled[-third:])
    return last[len(last) // 2] - first[len(first) // 2]


def _run(office: Office, count: int, seed: int) -> None:
    from dagster_project.building.night import quiet_night
    from dagster_project.nightly_run import NightlyRun
    from dagster_project.publishing import current_version, verify

    chance, settings = random.Random(seed), office.settings
    for number in range(1, count + 1):
        began = time.monotonic()
        files = [] if number > 1 and chance.random() < QUIET_SHARE else change(office, chance)
        result = quiet_night(settings, {}) or NightlyRun(settings).execute(lambda text: None)
        current = current_version(settings.serving_dir)
        told = {
            "night": number,
            "files": len(files),
            "success": result.success and verify(current.path) == [],
            "failures": result.failures,
            "seconds": round(time.monotonic() - began, 1),
            "memory_mib": round(_memory_mib(), 1),
            "handles": len(list(Path("/proc/self/fd").iterdir())),
            "threads": len(list(Path("/proc/self/task").iterdir())),
            "disk_mib": round(_size(settings.build_dir) / 2**20, 1),
            "dagster_mib": round(_size(settings.dagster_home) / 2**20, 1),
            "versions": len(list((settings.serving_dir / "versions").glob("[0-9a-f]*"))),
        }
        print(json.dumps(told), file=sys.__stdout__, flush=True)


def _memory_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * 4096 / 2**20


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    _run(Office(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]))
