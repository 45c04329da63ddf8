"""An office in a folder of its own: a drop that changes by small random files, a build, and commands as processes."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.settings import PROJECT_ROOT, Settings

JIXIAO = "from dagster_project.cli import app; app()"
PUBLISHED = (0, 3)
YEAR, DEPARTMENT = 2023, "101001"
KEPT: dict[str, Any] = {"kept_versions": 3, "kept_hours": 0.0, "kept_runs": 5}
"""Little is kept, so that what should go does go within a few nights."""


@dataclass(frozen=True)
class Office:
    """A drop, a build, a register of signers and their keys, all below one folder."""

    folder: Path

    @property
    def settings(self) -> Settings:
        """Its settings."""
        places = {name: self.folder / name for name in ("signers.csv", "keys")}
        return Settings(
            raw_dir=self.folder / "raw", build_dir=self.folder / "build", signers=places["signers.csv"],
            keys_dir=places["keys"], **KEPT,
        )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """The same settings for a process."""
        own = {"raw_dir": "raw", "build_dir": "build", "signers": "signers.csv", "keys_dir": "keys"}
        places = {f"JIXIAO_{name.upper()}": str(self.folder / path) for name, path in own.items()}
        kept = {f"JIXIAO_{name.upper()}": str(value) for name, value in KEPT.items()}
        return {**os.environ, "PYTHONPATH": str(PROJECT_ROOT), **places, **kept}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command of `jixiao` as a process."""
        return subprocess.Popen(
            [sys.executable, "-c", JIXIAO, *words], env=self.environment, cwd=PROJECT_ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, *words: str) -> tuple[int, str]:
        """The same to its end: its exit code and what it printed."""
        running = self.start(*words)
        output, _ = running.communicate()
        return running.returncode, output

    def copy_to(self, folder: Path) -> Office:
        """The same office elsewhere, in place of what is there."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder, symlinks=True)
        return Office(folder)


def new_office(folder: Path) -> Office:
    """An office with the sample's files in its drop; nothing has landed yet."""
    shutil.copytree(PROJECT_ROOT / "data" / "raw", folder / "raw")
    return Office(folder)


def change(office: Office, chance: random.Random) -> list[str]:
    """Hand in one to three files again, each with other bytes and a blank row more or less; returns their names."""
    files = sorted((office.folder / "raw" / "payments").rglob("*.csv"))
    chosen = chance.sample(files, chance.randint(1, 3))
    for path in chosen:
        whole = path.read_bytes()
        path.write_bytes(whole.rstrip(b"\r\n") + b"\r\n" * chance.choice([n for n in range(1, 9)]))
        if path.read_bytes() == whole:
            path.write_bytes(whole + b"\r\n")
    return [str(path.relative_to(office.folder / "raw")) for path in chosen]
