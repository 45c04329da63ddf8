"""A warehouse made by one nightly run, for tests that look at it or change a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from dagster_project.building.night import NightlyResult
from dagster_project.cli import app
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

    def cli(self, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
        """Call `jixiao` on this warehouse; its exit code and what it printed."""
        monkeypatch.setenv("JIXIAO_BUILD_DIR", str(self.settings.build_dir))
        monkeypatch.setenv("JIXIAO_RAW_DIR", str(self.settings.raw_dir))
        done = CliRunner().invoke(app, list(arguments))
        return done.exit_code, done.output


def rows(database: Path, query: str, *parameters: object) -> list[tuple]:
    """The rows of a query on a database file that nobody changes."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query, list(parameters)).fetchall()


@contextmanager
def changes_undone(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database file, to change: what is done is undone at the end."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("begin")
        yield connection
        connection.execute("rollback")
