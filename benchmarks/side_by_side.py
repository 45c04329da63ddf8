"""`python -m benchmarks.side_by_side CHECKOUT`: landing here beside landing in another checkout, in turn, as ratios."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.payments_file import write_payments
from dagster_project.settings import PROJECT_ROOT

LANDING = """
import json, resource, sys, tempfile, time
from pathlib import Path
from dagster_project.contracts import load_contracts
from dagster_project.ingestion.landing import land_drop
contracts = load_contracts()
with tempfile.TemporaryDirectory() as folder:
    start = time.perf_counter()
    land_drop(Path(sys.argv[1]), Path(folder), contracts, "101001")
    wall = time.perf_counter() - start
try:
    from dagster_project.ingestion.children import end_idle
    end_idle()  # the processes that read count, too
except ImportError:
    pass  # an older version has none
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({"wall": wall, "cpu": sum(each.ru_utime + each.ru_stime for each in used)}))
"""


def main() -> None:
    """Land the sample and one large file in both checkouts, in turn, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", type=Path, help="a checkout of another version")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print("| drop | other, s | here, s | here / other, wall | here / other, CPU |")
        print("|---|--:|--:|--:|--:|")
        _row("the sample, 206 files", PROJECT_ROOT / "data" / "raw", options.other, options.runs)
        for encoding in ("utf-8", "gb18030"):
            drop = Path(name) / encoding
            file = drop / "payments" / "2023" / "2023年支付.csv"
            file.parent.mkdir(parents=True)
            write_payments(file, options.rows, encoding)
            _row(f"{options.rows:,} rows, {encoding}", drop, options.other, options.runs)


def _row(title: str, drop: Path, other: Path, runs: int) -> None:
    pairs = [(_landed(other, drop), _landed(PROJECT_ROOT, drop)) for _ in range(runs)]
    walls = [statistics.median(side["wall"] for side in sides) for sides in zip(*pairs, strict=True)]
    ratios = {key: [here[key] / there[key] for there, here in pairs] for key in ("wall", "cpu")}
    told = (f"{statistics.median(each):.2f} ({min(each):.2f}-{max(each):.2f})" for each in ratios.values())
    print(f"| {title} | {walls[0]:.1f} | {walls[1]:.1f} | {' | '.join(told)} |", flush=True)


def _landed(checkout: Path, drop: Path) -> dict[str, float]:
    """One landing in a process of its own, with the code of a checkout."""
    done = subprocess.run(
        [sys.executable, "-c", LANDING, str(drop)],
        cwd=checkout,
        env={"PYTHONPATH": str(checkout), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
