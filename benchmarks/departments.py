"""What nights of many departments cost: a full one, one with a few departments changed, one with none, and where the time goes.

`python -m benchmarks.departments [N …]` prints the tables of docs/scale.md. Seconds of wall time tell of this machine and of whatever
else runs on it; CPU seconds of all processes are what a night costs.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks.measure import Run, run
from benchmarks.nights import PUBLISHED
from dagster_project.settings import PROJECT_ROOT
from simulation.__main__ import DEFAULT_SEED, write_received
from simulation.departments.drop import office_folder, write_departments

COUNTS = (10, 100)
CHANGED = 3
"""So many departments correct a payment before the second night, or all where there are fewer."""
STEP = re.compile(
    r" - (?P<step>\w+) - STEP_SUCCESS - Finished execution of step \"\w+\" in (?:(?P<minutes>\d+)m)?(?P<took>[0-9.]+)(?P<unit>ms|s)"
)
MILLISECONDS = 1_000


@dataclass(frozen=True)
class Night:
    """A night of a state of the drop: what it took as a whole, and each of its steps in seconds."""

    state: str
    measured: Run
    steps: dict[str, float]


def nights(count: int, folder: Path) -> Iterator[Night]:
    """The nights of so many departments, in a folder of their own."""
    drop, build = folder / f"drop{count}", folder / f"build{count}"
    handed, _ = write_departments(drop, count, DEFAULT_SEED)
    write_received(drop / "received.csv", handed)
    states: dict[str, Callable[[], None]] = {
        "full": lambda: None,
        f"{min(CHANGED, count)} changed": lambda: pay_less(drop, min(CHANGED, count)),
        "none changed": lambda: None,
    }
    environment = {
        "JIXIAO_RAW_DIR": str(drop), "JIXIAO_OFFICE_DIR": str(office_folder(drop)), "JIXIAO_BUILD_DIR": str(build),
        "JIXIAO_DEPARTMENT_CODE": "201", "PYTHONPATH": str(PROJECT_ROOT),
    }  # fmt: skip
    command = [
        sys.executable,
        "-c",
        "from dagster_project.cli import app; app()",
        "nightly",
        "--year",
        "2023",
        "--quiet",
    ]
    log = build / "logs" / "nightly.log"
    for state, change in states.items():
        change()
        began = time.time()
        yield Night(state, run(command, environment, PUBLISHED), steps_of(log, began))


def pay_less(drop: Path, departments: int) -> None:
    """Correct the last payment of the last departments: half of what it was."""
    for path in sorted((drop / "payments" / "2023").glob("*12月*.csv"))[-departments:]:
        with path.open(encoding="gb18030", newline="") as stream:
            rows = list(csv.reader(stream))
        place = rows[0].index("支付金额")
        rows[-1][place] = f"{Decimal(rows[-1][place]) / 2:.2f}"
        with path.open("w", encoding="gb18030", newline="") as stream:
            csv.writer(stream).writerows(rows)


def steps_of(log: Path, since: float) -> dict[str, float]:
    """Seconds of each step that the night's log tells of; none where no night wrote into it since a moment."""
    if not log.is_file() or log.stat().st_mtime < since:
        return {}
    text = log.read_text(encoding="utf-8", errors="replace")
    steps = {}
    for found in STEP.finditer(text):
        took = float(found["took"]) / (MILLISECONDS if found["unit"] == "ms" else 1)
        steps[found["step"]] = took + 60 * int(found["minutes"] or 0)
    return steps


def main() -> None:
    """Measure the numbers of departments that are asked for and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.departments", description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=list(COUNTS))
    counts = parser.parse_args().counts
    load = os.getloadavg()[1]
    print(f"{os.cpu_count()} cores; load average of the last five minutes before: {load:.1f}\n")
    print(
        "| departments | night | wall, s | CPU, s | CPU per department, s | peak memory of the largest process, MiB | slowest steps, wall s |"
    )
    print("|--:|---|--:|--:|--:|--:|---|")
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            for night in nights(count, Path(folder)):
                slowest = sorted(night.steps.items(), key=lambda each: -each[1])[:4]
                told = ", ".join(f"{step} {seconds:.1f}" for step, seconds in slowest)
                done = night.measured
                print(
                    f"| {count} | {night.state} | {done.seconds:.1f} | {done.cpu_seconds:.1f} | {done.cpu_seconds / count:.2f} "
                    f"| {done.peak_mib:,.0f} | {told} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
