"""Run everything for as long as is asked, and write docs/endurance.md from what was seen."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.endurance.kills import Kills, kill_at_random
from benchmarks.endurance.nights import SETTLED, growth, run_nights
from benchmarks.endurance.office import KEPT, Office, new_office
from benchmarks.endurance.readers import read_over_publishes
from dagster_project.settings import PROJECT_ROOT

TARGET = PROJECT_ROOT / "docs" / "endurance.md"
WANTED = {"nights": 200, "kills": 50, "publishes": 50}
"""What the project set out to show."""


def main() -> None:
    """Run, and write the page. Exit code 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, count in WANTED.items():
        parser.add_argument(f"--{name}", type=int, default=count, help="0 leaves it out")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    lines, is_well = [], True
    with tempfile.TemporaryDirectory(prefix="jixiao-endurance-") as name:
        folder = Path(name)
        base = _first_night(folder)
        for title, of, count in (
            (f"{options.readers} readers over publishes", _readers, options.publishes),
            ("SIGKILL at random moments", _kills, options.kills),
            ("Nights in a row", _nights, options.nights),
        ):
            if count:
                began = time.monotonic()
                told, is_good = of(base, folder, count, options)
                is_well = is_well and is_good
                lines += ["", f"## {title}", "", *told, "", f"Took {(time.monotonic() - began) / 60:.0f} minutes."]
                options.out.write_text("\n".join([*_head(options, is_well), *lines]) + "\n", encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))
    sys.exit(0 if is_well else 1)


def _first_night(folder: Path) -> Office:
    office = new_office(folder / "base")
    code, output = office.run("nightly", "--quiet")
    if code not in (0, 3):
        raise SystemExit(output)
    return office


def _head(options: argparse.Namespace, is_well: bool) -> list[str]:
    counts = {name: getattr(options, name) for name in WANTED}
    command = " ".join(f"--{name} {count}" for name, count in counts.items())
    missing = [f"{counts[name]} of {wanted} {name}" for name, wanted in WANTED.items() if counts[name] < wanted]
    return [
        "# Endurance",
        "",
        f"Written by `python -m benchmarks.endurance {command} --readers {options.readers} --seed {options.seed}` on "
        f"{dt.date.today().isoformat()}, {os.cpu_count()} cores, beside other work. {'Nothing failed.' if is_well else 'Something failed: see below.'}",
        "",
        f"**Not reached**: {', '.join(missing)}. The command without options runs all of them."
        if missing
        else "All that was set out was run.",
    ]


def _nights(base: Office, folder: Path, count: int, options: argparse.Namespace) -> tuple[list[str], bool]:
    nights = run_nights(base.copy_to(folder / "nights"), count, options.seed)
    failed = [night for night in nights if not night["success"]]
    rows = [
        "| | first | largest | last | growth, last third over first third after settling |",
        "|---|--:|--:|--:|--:|",
    ]
    for what, label in {
        "memory_mib": "memory of the process, MiB",
        "handles": "open files",
        "threads": "threads",
        "disk_mib": "build folder, MiB",
        "dagster_mib": "of it Dagster's runs, MiB",
        "versions": "versions",
    }.items():
        values = [night[what] for night in nights]
        rows.append(f"| {label} | {values[0]:,} | {max(values):,} | {values[-1]:,} | {growth(nights, what):+,.1f} |")
    news = sum(bool(night["files"]) for night in nights)
    kept = ", ".join(f"{name} {value:g}" for name, value in KEPT.items())
    return [
        f"{count} nights one after the other in one process, {news} with one to three files handed in again, the others without news; "
        f"{len(failed)} failed. Kept: {kept}; settled after {min(SETTLED, count // 2)} nights.",
        "",
        *rows,
        *(f"\nNight {night['night']}: {night['failures']}" for night in failed),
    ], not failed


def _kills(base: Office, folder: Path, count: int, options: argparse.Namespace) -> tuple[list[str], bool]:
    found: Kills = kill_at_random(base.copy_to(folder / "kills" / "base"), folder / "kills", count, options.seed)
    blows = ", ".join(f"{number} of {what}" for what, number in sorted(found.blows.items()))
    late = ", ".join(f"{number} of {what}" for what, number in sorted(found.too_late.items())) or "none"
    return [
        f"Killed: {blows}; ended before the blow: {late}. After each, the version that readers have, the documents and the log of "
        f"signatures were the old or the new, whole. The night after all kills published `{found.version}`, the version of a night that "
        "nobody disturbed, and its log of submissions holds each file as often as that of the other. Then documents were written and "
        f"their pack verified, and a signature given. Faults: {len(found.faults)}.",
        *(f"\n- {fault}" for fault in found.faults),
    ], not found.faults


def _readers(base: Office, folder: Path, count: int, options: argparse.Namespace) -> tuple[list[str], bool]:
    found: dict[str, Any] = read_over_publishes(base, folder / "readers", count, options.readers)
    observations = [int(number) for number in found["observations"]]
    return [
        f"{found['publishes']} publishes of a real warehouse (three variants in turn, two versions kept) while {options.readers} processes read: "
        f"{sum(observations):,} observations ({min(observations)} to {max(observations)} each), each of all tables as Parquet and of the database. "
        f"Each was of exactly one version; {len(found['errors'])} errors.",
        *(f"\n    {error}" for error in found["errors"]),
    ], not found["errors"] and min(observations) > 0


if __name__ == "__main__":
    main()
