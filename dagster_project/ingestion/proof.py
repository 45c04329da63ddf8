"""Proof that what landed is what lies there: every file is looked for each time, its hash within a budget of time, oldest proof first."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dagster_project.hashing import sha256_of
from dagster_project.ingestion.engine import looking
from dagster_project.ingestion.originals import Originals
from dagster_project.ingestion.submissions import Seal, Submission, SubmissionLog
from dagster_project.ingestion.zone import FINDINGS_DIR, SCHEMA_FILE
from dagster_project.private_files import PRIVATE_FILE

PROOFS_FILE = "proofs.json"
"""When each file was last proved; where it is lost, every file is proved anew."""
STRAYS_DIR = "strays"
AT_ONCE = 32


@dataclass
class Proof:
    """What a look at the landing zone found.

    ``broken`` are submissions whose landed files are gone or changed; ``unsealed`` those of which the log knows no hash
    yet, with the hash that their files have; ``damaged_originals`` are copies that changed; ``strays`` files that models
    would read though the log does not know them. ``proved`` counts the hashes that were proved, ``due`` those that there are.
    """

    broken: set[str] = field(default_factory=set)
    unsealed: dict[str, Seal] = field(default_factory=dict)
    damaged_originals: list[Path] = field(default_factory=list)
    strays: list[Path] = field(default_factory=list)
    proved: int = 0
    due: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing is to be mended or noted."""
        return not (self.broken or self.unsealed or self.damaged_originals or self.strays)


def landed_path(landing_dir: Path, entry: Submission) -> Path:
    """Where the rows of a submission lie."""
    return landing_dir / entry.ledger / f"{entry.submission_id}.parquet"


def findings_path(landing_dir: Path, entry: Submission) -> Path:
    """Where the findings of a submission lie, if it has any."""
    return landing_dir / FINDINGS_DIR / f"{entry.submission_id}.parquet"


def seal_of(landing_dir: Path, entry: Submission) -> Seal:
    """The hashes of what landed for an entry.

    Raises:
        OSError: the rows of a landed entry are gone, or a file cannot be read.
        ValueError: they are no Parquet.
    """
    rows, findings = landed_path(landing_dir, entry), findings_path(landing_dir, entry)
    told = sha256_of(findings) if findings.is_file() else None
    if entry.status == "refused":
        return Seal(findings_sha256=told)
    return Seal(sha256_of(rows), row_count(rows), told)


def row_count(path: Path) -> int:
    """How many rows a Parquet file has, by its footer; raises OSError or ValueError where it has none."""
    from pyarrow.parquet import read_metadata

    return int(read_metadata(path).num_rows)


def prove_zone(
    log: SubmissionLog, landing_dir: Path, originals: Originals, seconds: float, only: Collection[str] | None = None
) -> Proof:
    """Look at all that landed, and prove as many hashes as the time allows.

    Args:
        log: says what should lie there.
        landing_dir: the landing zone.
        originals: the copies of what was handed in.
        seconds: how long hashes are proved; the rows of files that time does not reach are counted.
        only: look just at these submissions, and at no originals.
    """
    proof = Proof(strays=list(_strays(landing_dir, {entry.submission_id for entry in log.entries})))
    expected: dict[Path, tuple[str, str, int | None]] = {}
    unsealed = []
    for entry in {entry.submission_id: entry for entry in log.entries if entry.is_hand_in}.values():
        if only is not None and entry.submission_id not in only:
            continue
        seal = log.seals.get(entry.submission_id)
        if seal is None:
            unsealed.append(entry)
            continue
        if seal.parquet_sha256:
            expected[landed_path(landing_dir, entry)] = seal.parquet_sha256, entry.submission_id, seal.parquet_rows
        if seal.findings_sha256:
            expected[findings_path(landing_dir, entry)] = seal.findings_sha256, entry.submission_id, None
    if only is None:
        expected |= {path: (path.stem, "", None) for path in originals.all()}
    proof.due = len(expected)
    for path, (_, identity, _) in list(expected.items()):
        if not path.is_file():
            proof.broken.add(identity)
            del expected[path]
    hashes = {path: sha256 for path, (sha256, _, _) in expected.items()}
    wrong, unproved = _prove(hashes, landing_dir, seconds, forgets=only is None)
    proof.proved = len(expected) - len(unproved)
    for path in unproved:
        rows = expected[path][2]
        if rows is not None and not _has_rows(path, rows):
            wrong.append(path)
    for path in wrong:
        if identity := expected[path][1]:
            proof.broken.add(identity)
        else:
            proof.damaged_originals.append(path)
    proof.unsealed, lost = _unsealed(unsealed, landing_dir)
    proof.broken |= lost
    return proof


def _prove(
    expected: Mapping[Path, str], landing_dir: Path, seconds: float, *, forgets: bool
) -> tuple[list[Path], list[Path]]:
    """Compare hashes until time is up: the files that differ, and those that nobody came to.

    Times of other files are forgotten, or kept. Files that differ come first the next time.
    """
    until = time.monotonic() + seconds
    state = _read_state(landing_dir)
    names = {path: f"{path.parent.name}/{path.name}" for path in expected}
    left = sorted(expected, key=lambda path: (state.get(names[path], ""), names[path]))
    now = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    wrong, proved = [], {}
    has_time = seconds > 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while left and has_time:
            group, left = left[:AT_ONCE], left[AT_ONCE:]
            for path, found in zip(group, pool.map(_hash_or_nothing, group), strict=True):
                if found == expected[path]:
                    proved[names[path]] = now
                else:
                    wrong.append(path)
            has_time = time.monotonic() < until
    kept = set(names.values() if forgets else state) - {names[path] for path in wrong}
    if (after := {name: at for name, at in state.items() if name in kept} | proved) != state:
        _write_state(landing_dir, after)
    return wrong, left


def _hash_or_nothing(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError:
        return ""


def _has_rows(path: Path, rows: int) -> bool:
    try:
        return row_count(path) == rows
    except (OSError, ValueError):
        return False


def _read_state(landing_dir: Path) -> dict[str, str]:
    try:
        state = json.loads((landing_dir / PROOFS_FILE).read_bytes())
        return {str(name): str(at) for name, at in state.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _write_state(landing_dir: Path, state: Mapping[str, str]) -> None:
    unfinished = landing_dir / f".{PROOFS_FILE}.{os.getpid()}"
    with contextlib.suppress(OSError):  # a zone that cannot be written to is proved all the same
        unfinished.touch(mode=PRIVATE_FILE)
        unfinished.write_text(json.dumps(state), encoding="utf-8")
        os.replace(unfinished, landing_dir / PROOFS_FILE)


def _unsealed(entries: Iterable[Submission], landing_dir: Path) -> tuple[dict[str, Seal], set[str]]:
    """The hashes of submissions of an older log whose rows agree with it, and the submissions whose rows do not."""
    seals: dict[str, Seal] = {}
    lost: set[str] = set()
    entries = list(entries)
    if not entries:
        return seals, lost
    with looking() as connection:
        for entry in entries:
            try:
                seal = seal_of(landing_dir, entry)
                if entry.status != "refused":
                    (accepted,) = connection.execute(
                        "select count(*) filter (where _status = 'accepted') from read_parquet(?)",
                        [str(landed_path(landing_dir, entry))],
                    ).fetchone() or (None,)
                    if accepted != entry.rows_accepted:
                        raise ValueError(accepted)
            except (OSError, ValueError, duckdb.Error):
                lost.add(entry.submission_id)
            else:
                if seal != Seal():
                    seals[entry.submission_id] = seal
    return seals, lost


def _strays(landing_dir: Path, known: Collection[str]) -> Iterator[Path]:
    """Parquet files where models read, of no submission that the log knows: left by a killed run, or put there."""
    if not landing_dir.is_dir():
        return
    for folder in landing_dir.iterdir():
        if folder.is_dir() and not folder.name.startswith(".") and folder.name != STRAYS_DIR:
            for path in folder.glob("*.parquet"):
                if path.name != SCHEMA_FILE and path.stem not in known:
                    yield path


def set_aside(strays: Iterable[Path], landing_dir: Path) -> None:
    """Move files out of the way of models; nothing is deleted."""
    for path in strays:
        target = landing_dir / STRAYS_DIR / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
