"""`python -m benchmarks.fuzzing`: fuzz the readers of every format for a while; print runs, slowest file, peak memory and faults."""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.fuzzing.seeds import FORMATS, write_seeds

LONGEST_SECONDS = 5.0
MOST_MEGABYTES = 1024
SAYS_WHY = re.compile(r"ERROR|Error|malloc|free\(\)|Exception")
LEAST_SECONDS = 5
"""A harness that has less left is not started again."""
MISSING = (
    "atheris is not installed: python -m venv build/fuzz, install this project and atheris into it, and run its python"
)


@dataclass
class Outcome:
    """What became of the files of one format."""

    name: str
    runs: int = 0
    landed: int = 0
    seconds: float = 0
    slowest: float = 0
    peak_mb: float = 0
    faults: list[str] = field(default_factory=list)

    def add(self, told: dict[str, float]) -> None:
        """Count what one harness wrote down."""
        self.runs += int(told.get("runs", 0))
        self.landed += int(told.get("landed", 0))
        self.slowest = max(self.slowest, told.get("slowest", 0))
        self.peak_mb = max(self.peak_mb, told.get("peak_mb", 0))


def main() -> int:
    """Fuzz; 1 where a file broke a bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzzing", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="over all formats together")
    parser.add_argument("--format", action="append", choices=FORMATS, help="only this format")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzzing"), help="where files that broke a bound go")
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print(MISSING, file=sys.stderr)
        return 2
    names = options.format or list(FORMATS)
    options.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [fuzz(name, options.seconds / len(names), Path(folder) / name, options.keep) for name in names]
    print("\n".join(table(outcomes)))
    for outcome in outcomes:
        for fault in outcome.faults:
            print(f"{outcome.name}: {fault}")
    is_broken = any(each.faults or each.slowest > LONGEST_SECONDS or each.peak_mb > MOST_MEGABYTES for each in outcomes)
    return int(is_broken)


def fuzz(name: str, seconds: float, folder: Path, keep: Path) -> Outcome:
    """Fuzz one format for so long; a harness that a file brings down is started again without that file."""
    corpus = write_seeds(name, folder / "corpus")
    outcome, started, told = Outcome(name), time.monotonic(), folder / "told.json"
    while (left := seconds - (time.monotonic() - started)) > LEAST_SECONDS:
        told.unlink(missing_ok=True)
        command = [sys.executable, "-m", "benchmarks.fuzzing.harness", name, str(folder), str(keep), f"{left:.0f}"]
        ended = subprocess.run([*command, str(corpus)], capture_output=True, text=True, errors="replace", check=False)
        outcome.add(json.loads(told.read_text()) if told.exists() else {})
        if ended.returncode:
            current = next(folder.glob("drop/*"), None)
            kept = keep / f"{name}-{len(outcome.faults)}{current.suffix if current else ''}"
            if current:
                shutil.copy(current, kept)
            kept.with_suffix(".log").write_text(ended.stderr[-20_000:])
            last = next((line for line in ended.stderr.splitlines() if SAYS_WHY.search(line)), "no word")
            outcome.faults.append(f"the process ended with {ended.returncode} at {kept}: {last}")
            if not told.exists():
                break
    outcome.seconds = time.monotonic() - started
    outcome.faults += [f"{path.read_text().strip()} ({path})" for path in sorted(keep.glob(f"{name}-*.txt"))]
    return outcome


def table(outcomes: list[Outcome]) -> list[str]:
    """The outcomes as a Markdown table."""
    lines = ["| format | runs | landed | seconds | slowest file | peak of the process | faults |", f"|{'---|' * 7}"]
    for each in outcomes:
        lines.append(
            f"| {each.name} | {each.runs:,} | {each.landed:,} | {each.seconds:.0f} | {each.slowest:.2f} s "
            f"| {each.peak_mb:.0f} MB | {len(each.faults)} |"
        )
    runs, seconds = sum(each.runs for each in outcomes), sum(each.seconds for each in outcomes)
    slowest, peak = max(each.slowest for each in outcomes), max(each.peak_mb for each in outcomes)
    landed, faults = sum(each.landed for each in outcomes), sum(len(each.faults) for each in outcomes)
    return [
        *lines,
        f"| together | {runs:,} | {landed:,} | {seconds:.0f} | {slowest:.2f} s | {peak:.0f} MB | {faults} |",
    ]


if __name__ == "__main__":
    sys.exit(main())
