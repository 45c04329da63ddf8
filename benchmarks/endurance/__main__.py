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
TELLING = 20
"""Nights from which on a growth says something: a third of those after settling is five."""
TITLES = {"nights": "Nights in a row", "kills": "SIGKILL at random moments", "publishes": "Readers over publishes"}
HEAD = """\
# Endurance

Written by `python -m benchmarks.endurance`, section by section: each says by which command, when, and how much of what was set out was run. Without
options the command runs all of it, which takes a day on a small machine; a short form is in `tests/integration/test_endurance.py`.
"""


def main() -> None:
    """Run what is asked for, and write its sections of the page; the others stay. Exit code 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, count in WANTED.items():
        parser.add_argument(f"--{name}", type=int, default=count, help="0 leaves it out")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument(
        "--office", type=Path, help="a folder with raw/ and build/ that had its first night; it is copied"
    )
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    is_well = True
    with tempfile.TemporaryDirectory(prefix="jixiao-endurance-") as name:
        folder = Path(name)
        base = Office(options.office).copy_to(folder / "base") if options.office else new_office(folder / "base")
        _first_night(base)
        for part, of in (("publishes", _readers), ("kills", _kills), ("nights", _nights)):
            if count := getattr(options, part):
                began = time.monotonic()
                told, is_good = of(base, folder, count, options)
                is_well = is_well and is_good
                _write(options.out, part, [_how(options, part, count, time.monotonic() - began), "", *told])
    print(options.out.read_text(encoding="utf-8"))
    sys.exit(0 if is_well else 1)


def _write(path: Path, part: str, lines: list[str]) -> None:
    """Write a section of the page in place of the one that stands there."""
    page = path.read_text(encoding="utf-8") if path.is_file() else ""
    sections = dict(section.split("\n", 1) for section in page.split("\n## ")[1:])
    sections[TITLES[part]] = "\n" + "\n".join(lines) + "\n"
    told = [f"## {title}\n{sections[title]}" for title in TITLES.values() if title in sections]
    path.write_text(HEAD + "\n" + "\n".join(text.rstrip("\n") + "\n" for text in told), encoding="utf-8")


def _how(options: argparse.Namespace, part: str, count: int, seconds: float) -> str:
    """By which command a section was made, and how far it is from what was set out."""
    reached = (
        "all that was set out" if count >= WANTED[part] else f"**{count} of the {WANTED[part]} that were set out**"
    )
    counts = " ".join(f"--{name} {getattr(options, name)}" for name in WANTED)
    return (
        f"`python -m benchmarks.endurance {counts} --readers {options.readers} --seed {options.seed}` on {dt.date.today().isoformat()}, "
        f"{os.cpu_count()} cores beside other work, {seconds / 60:.0f} minutes: {reached}."
    )


def _first_night(office: Office) -> None:
    code, output = office.run("nightly", "--quiet")
    if code not in (0, 3):
        raise SystemExit(output)


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
        f"{len(failed)} failed. Kept: {kept}; settled after {min(SETTLED, count // 2)} nights."
        f"{'' if count >= TELLING else ' Too few nights to tell growth.'}",
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
