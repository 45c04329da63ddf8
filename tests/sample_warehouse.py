"""A warehouse made by one nightly run, for tests that look at it or change a copy."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from dagster_project.building.night import NightlyResult
from dagster_project.nightly_run import NightlyRun
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Warehouse:
    """A warehouse that one nightly run has made."""

    settings: Settings
    result: NightlyResult

    @property
    def published(self) -> Path:
        return self.settings.serving_dir / "current" / "published.duckdb"

    def run_again(self, as_of: str = "") -> NightlyResult:
        return NightlyRun(self.settings, as_of).execute(lambda text: None)

    def copy_to(self, folder: Path, raw_dir: Path | None = None) -> Warehouse:
        """The same warehouse elsewhere, to change; its raw files too, unless others are given."""
        shutil.copytree(self.settings.build_dir, folder / "build", symlinks=True)
        if raw_dir is None:
            raw_dir = folder / "raw"
            shutil.copytree(self.settings.raw_dir, raw_dir)
        return Warehouse(Settings(raw_dir=raw_dir, build_dir=folder / "build"), self.result)
