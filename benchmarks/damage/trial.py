"""One trial: damage files of one kind, land them in one drop, and judge what became of each."""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.damage.account import faults
from benchmarks.damage.blows import damaged
from benchmarks.damage.landed import Landed
from benchmarks.damage.ledgers import Kind
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.limits import Limits
from dagster_project.ingestion.submissions import Submission
from dagster_project.ingestion.zone import FINDINGS_DIR

FILES_PER_DROP = 100
LONGEST_SECONDS = 10
NOT_FOR_PEOPLE = re.compile(
    r"意外出错|(?i:error|exception|traceback|unexpected|invalid|expected|parser|expat|zlib|codec|decode|duckdb|arrow|python|nonetype"
    r"|not well|token|mismatch|syntax|overflow|/tmp/)"
)
"""What the text of a parser or of a program at a loss looks like."""
STOPPED = ("reader_stopped", "too_big_to_read", "too_slow_to_read")
HAN = re.compile("[一-龥]{2}")


@dataclass
class Outcome:
    """What became of the files of one kind; ``unaccounted`` says of each that does not add up its seed and why.

    ``stopped`` are those whose reading process crashed, stood still, or was ended at a limit.
    """

    kind: Kind
    damages: int = 0
    whole: int = 0
    with_findings: int = 0
    refused: int = 0
    slowest_seconds: float = 0
    stopped: int = 0
    unaccounted: list[tuple[int, str]] = field(default_factory=list)


def damaged_file(kind: Kind, seed: int) -> bytes:
    """The damaged file of a seed."""
    rng = random.Random(f"{kind.name} {seed}")  # noqa: S311 - no secret, and the same every time
    return damaged(kind, kind.sound_file(rng), rng)


def try_kind(kind: Kind, seeds: Sequence[int], folder: Path, limits: Limits | None = None) -> Outcome:
    """Damage, land and judge one file for each seed."""
    outcome = Outcome(kind)
    for start in range(0, len(seeds), FILES_PER_DROP):
        _try_drop(outcome, seeds[start : start + FILES_PER_DROP], folder / f"{kind.name}_{start}", limits)
    return outcome


def _try_drop(outcome: Outcome, seeds: Sequence[int], folder: Path, limits: Limits | None) -> None:
    kind = outcome.kind
    contents = {f"{kind.name}/2023/{seed:06d}{kind.suffix}": damaged_file(kind, seed) for seed in seeds}
    for name, content in contents.items():
        path = folder / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    looked_at = [time.perf_counter()]
    report = land_drop(
        folder / "raw",
        folder / "landing",
        {kind.name: kind.contract},
        "101001",
        on_file=lambda name: looked_at.append(time.perf_counter()),
        limits=limits,
    )
    waits = [after - before for before, after in itertools.pairwise(looked_at)]
    outcome.slowest_seconds = max([outcome.slowest_seconds, *waits])
    entries = {entry.file: entry for entry in report.entries}
    for seed, (name, content) in zip(seeds, contents.items(), strict=True):
        outcome.damages += 1
        entry = entries.get(name) or _same_bytes(name, contents, entries)
        if entry is None:
            outcome.unaccounted.append((seed, "the log has no entry"))
            continue
        _judge(outcome, seed, content, _landed(entry, folder / "landing"))


def _same_bytes(name: str, contents: dict[str, bytes], entries: dict[str, Submission]) -> Submission | None:
    """The entry of another file with the same bytes: handed in twice, landed once."""
    return next(
        (entries[other] for other, held in contents.items() if held == contents[name] and other in entries), None
    )


def _landed(entry: Submission, landing: Path) -> Landed:
    rows = landing / entry.ledger / f"{entry.submission_id}.parquet"
    findings = landing / FINDINGS_DIR / f"{entry.submission_id}.parquet"
    return Landed(entry, _rows_of(rows), _rows_of(findings))


def _rows_of(path: Path) -> list[dict[str, Any]]:
    return pq.read_table(path).to_pylist() if path.exists() else []


def _judge(outcome: Outcome, seed: int, content: bytes, landed: Landed) -> None:
    if landed.entry.status != "refused":  # of a file that is held every row lies there, as of one that counts
        told = [row for row in landed.findings if row["severity"] != "info"]
        outcome.with_findings += bool(told)
        outcome.whole += not told
        found = faults(outcome.kind, content, landed)
    else:
        outcome.refused += 1
        outcome.stopped += any(row["rule"] in STOPPED for row in landed.findings)
        found = [] if HAN.search(landed.entry.reason) else [f"refused without a reason: {landed.entry.reason}"]
        found += [f"{len(landed.rows)} rows landed of a refused file"] if landed.rows else []
    last = max([row["_row"] for row in landed.rows], default=content.count(b"\n") + content.count(b"\r") + 2)
    for row in landed.findings:
        if match := NOT_FOR_PEOPLE.search(row["message_zh"] + row["remedy_zh"]):
            found.append(f"a message says “{match[0]}”: {row['message_zh']}")
        if row["row_number"] is not None and not 1 <= row["row_number"] <= last:
            found.append(f"a finding is about row {row['row_number']} of {last}")
    outcome.unaccounted += [(seed, fault) for fault in found[:1]]
