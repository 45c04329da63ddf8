"""A sealed copy of an office: its drop with one fault in it and its build as before, and a night on it in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dagster_project.drill.planting import Planted
from dagster_project.drill.receipts import with_lines
from dagster_project.ingestion.receipts import RECEIVED_FILE
from dagster_project.ingestion.submissions import LOG_NAME
from dagster_project.ingestion.zone import FINDINGS_DIR
from dagster_project.settings import Settings

NIGHT = "from dagster_project.cli import app; app()"
LONGEST_NIGHT_SECONDS = 1800
COPIED = ("landing", "originals", "dbt")
"""What a night goes on from; what it publishes is its own, unless a sound night came before."""


@dataclass(frozen=True)
class Night:
    """A night in a sealed copy: where, how it ended, what it printed."""

    settings: Settings
    exit_code: int
    printed: str


def sealed_settings(settings: Settings, raw_dir: Path, build_dir: Path, cores: int) -> Settings:
    """The settings of an office for a copy of it; nobody signs there, and nothing leaves it."""
    return settings.model_copy(
        update={
            "raw_dir": raw_dir,
            "build_dir": build_dir,
            "originals_dir": None,
            "warehouse_threads": cores,
            "reading_processes": cores,
        }
    )


def fresh_copy(settings: Settings) -> Settings:
    """The same settings as if just made: paths are joined anew."""
    return Settings.model_validate(settings.model_dump())


def run_night(settings: Settings) -> Night:
    """Run `jixiao nightly` on a copy, in a process of its own, and take down what it prints."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", NIGHT, "nightly"],
        env=environment_of(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LONGEST_NIGHT_SECONDS,
        check=False,
    )
    return Night(settings, done.returncode, done.stdout.decode("utf-8", errors="replace"))


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment of a night on a copy: whatever is set for the office, its own places are not among it, nor whom it alerts."""
    told = ("raw_dir", "build_dir", "contracts_dir", "department_code", "warehouse_threads", "reading_processes")
    own = {f"JIXIAO_{name.upper()}": str(getattr(settings, name)) for name in told}
    if settings.office_dir is not None:
        own["JIXIAO_OFFICE_DIR"] = str(settings.office_dir.absolute())
    own["JIXIAO_ORIGINALS_DIR"] = str(settings.keeping.originals_of(settings.landing_dir))
    own["JIXIAO_ALERT_URLS"] = ""
    return {**settings.child_environment(), **own, "COLUMNS": "400", "NO_COLOR": "1"}


def copy_office(office: Settings, folder: Path, planted: Planted, cores: int = 1) -> Settings:
    """Copy drop and build with links where nothing writes, and put the fault in.

    Args:
        office: the clean office and its build.
        folder: an empty folder that the copy gets.
        planted: the fault.
        cores: how many a night on the copy may use.
    """
    raw, build = folder / "raw", folder / "build"
    shutil.copytree(office.raw_dir, raw, copy_function=_link)
    put_in(planted, raw)
    parts = COPIED if planted.kind.hand_in == "first" else (*COPIED, "serving")
    for part in parts:
        copied = {"originals": _link, "serving": _link_versions}.get(part, shutil.copy2)
        shutil.copytree(office.build_dir / part, build / part, symlinks=True, copy_function=copied)
    settings = fresh_copy(sealed_settings(office, raw, build, cores))
    if planted.kind.hand_in == "first":
        forget(settings.landing_dir, set(planted.contents) | set(planted.receipts))
    return settings


def put_in(planted: Planted, raw_dir: Path) -> None:
    """Put a fault into a drop: its files, and their lines in received.csv."""
    changed = dict(planted.contents)
    listed = raw_dir / RECEIVED_FILE
    if planted.receipts:
        changed[RECEIVED_FILE] = with_lines(listed.read_bytes() if listed.is_file() else b"", planted.receipts)
    for name, content in changed.items():
        path = raw_dir / name
        path.unlink(missing_ok=True)  # it may be a second name of the office's own file
        if content is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def forget(landing_dir: Path, files: Collection[str]) -> None:
    """Make a landing zone what it would be had these files never been there: then a file with a fault comes for the first time."""
    log = landing_dir / LOG_NAME
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    gone = [entry for entry in entries if entry["file"] in files]
    kept = [entry for entry in entries if entry["file"] not in files]
    lines = [json.dumps({**entry, "log_no": number}, ensure_ascii=False) for number, entry in enumerate(kept, start=1)]
    log.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    still = {entry["submission_id"] for entry in kept}
    for entry in (entry for entry in gone if entry["submission_id"] not in still):
        for folder in (entry["ledger"], FINDINGS_DIR):
            (landing_dir / folder / f"{entry['submission_id']}.parquet").unlink(missing_ok=True)


def _link_versions(source: str, target: str) -> str:
    """Versions are never written again; what lies beside them (the history, the marker of the inputs) is, in place."""
    return shutil.copy2(source, target) if Path(source).parent.name == "serving" else _link(source, target)


def _link(source: str, target: str) -> str:
    """A second name of the same file; a copy where the disk gives none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
