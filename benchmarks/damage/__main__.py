"""`python -m benchmarks.damage`: damage files at random, land them, prove that every row and cell is read, told or refused."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from pathlib import Path

from benchmarks.damage.ledgers import KINDS
from benchmarks.damage.trial import LONGEST_SECONDS, Outcome, damaged_file, try_kind
from dagster_project.ingestion.children import end_idle

FIRST_SEED = 12_000
SHOWN = 12
MOST_MEGABYTES = 1024


def main() -> int:
    """Run the trials and print the table; 1 where something does not add up."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.damage", description=__doc__)
    parser.add_argument("--count", type=int, default=2_000, help="damaged files, over all kinds together")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="the first seed; each file has its own")
    parser.add_argument("--kind", choices=[kind.name for kind in KINDS], help="only this kind")
    parser.add_argument("--keep", type=Path, help="write the damaged file of --seed and --kind here, and stop")
    options = parser.parse_args()
    kinds = [kind for kind in KINDS if options.kind in (None, kind.name)]
    if options.keep:
        options.keep.write_bytes(damaged_file(kinds[0], options.seed))
        return 0
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for place, kind in enumerate(kinds):
            count = options.count // len(kinds) + (place < options.count % len(kinds))
            outcomes.append(try_kind(kind, range(options.seed, options.seed + count), Path(folder)))
    end_idle()  # so that the system tells how large they were
    print(f"seeds from {options.seed}")
    print("\n".join(table(outcomes)))
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest reading process: {peak_mb:,.0f} MB")
    for outcome in outcomes:
        for seed, fault in outcome.unaccounted[:SHOWN]:
            print(f"{outcome.kind.name} seed {seed}: {fault}")
    slowest = max(outcome.slowest_seconds for outcome in outcomes)
    is_faulty = any(outcome.unaccounted or outcome.stopped for outcome in outcomes)
    return int(is_faulty or slowest > LONGEST_SECONDS or peak_mb > MOST_MEGABYTES)


def table(outcomes: list[Outcome]) -> list[str]:
    """The outcomes as a Markdown table with a line for all together."""
    heads = (
        "format",
        "damages",
        "landed whole",
        "landed with findings",
        "refused",
        "unaccounted",
        "stopped",
        "slowest",
    )
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for each in outcomes:
        cells = (each.damages, each.whole, each.with_findings, each.refused, len(each.unaccounted), each.stopped)
        lines.append(f"| {each.kind.title} | {' | '.join(map(str, cells))} | {each.slowest_seconds:.2f} s |")
    sums = [
        sum(each.damages for each in outcomes),
        sum(each.whole for each in outcomes),
        sum(each.with_findings for each in outcomes),
        sum(each.refused for each in outcomes),
        sum(len(each.unaccounted) for each in outcomes),
        sum(each.stopped for each in outcomes),
    ]
    slowest = max(each.slowest_seconds for each in outcomes)
    return [*lines, f"| together | {' | '.join(map(str, sums))} | {slowest:.2f} s |"]


if __name__ == "__main__":
    sys.exit(main())
