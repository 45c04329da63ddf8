"""dbt in a process of its own that starts before anybody asks it to build: it loads and parses while this one does other work."""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

from dagster_project.as_of import as_of_text
from dagster_project.building.dbt_failures import forget_last_run
from dagster_project.building.manifest import note_manifest, parsed_project
from dagster_project.processes import die_with
from dagster_project.settings import Settings

READY = b"ready\n"
PIPE_BYTES = 1 << 20
"""Room for what a building dbt says before anybody listens; what Linux grants everybody."""
FEW_BYTES = 100_000_000
"""Up to so much as landed, a second core is better used for another model than for the same query."""

MODULES = {"duckdb": "dagster_project.building.dbt_process", "spark": "dagster_project.spark.process"}
"""Whose dbt builds, by engine: both parse, say that they are ready, and wait for one command."""


def build_arguments(as_of: str, held_back: Mapping[str, int] | None = None) -> list[str]:
    """The dbt command of a night: everything but unit tests, from what was known at a moment; empty for now.

    Args:
        as_of: the moment.
        held_back: departments whose entries of the log after a number do not count.

    Raises:
        AsOfError: the text is no moment. Whoever builds comes through here, so that nothing else reaches SQL.
    """
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    moment = as_of_text(as_of)
    told = ({"as_of": moment} if moment else {}) | ({"held_back": dict(held_back)} if held_back else {})
    return [*arguments, "--vars", json.dumps(told)] if told else arguments


def is_little(settings: Settings) -> bool:
    """Whether little has landed."""
    return sum(path.stat().st_size for path in settings.landing_dir.glob("*/*.parquet")) < FEW_BYTES


class DbtProcess:
    """A dbt that has parsed the project and waits for one command; it ends by itself when nobody sends one.

    It dies with the process that began it, and with its thread: begin it in one that lives as long.
    """

    def __init__(self, settings: Settings):
        settings.export_to_environment()
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", MODULES[settings.engine], settings.model_dump_json(), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pipesize=PIPE_BYTES,
        )

    def wait_until_parsed(self) -> bool:
        """Wait for the manifest; False where dbt could not parse, which shows again to whoever parses next."""
        assert self.process.stdout is not None
        return any(line == READY for line in self.process.stdout)

    def start(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        """Send the one command, such as ``["build"]``; what dbt says of it comes as JSON lines, after it has parsed."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it could not parse: its exit code and its output say so
            self.process.stdin.write(json.dumps(arguments).encode())
            self.process.stdin.close()
        return self.process

    def close(self) -> None:
        """Let it go where no command was sent, and stop it where one is still at work.

        dbt would wait for somebody to read what it says, also while it ends; the DuckDB file bears to be left at any moment.
        """
        assert self.process.stdin is not None
        if self.process.stdin.closed:
            self.process.kill()
        else:
            self.process.stdin.close()
        self.process.wait()


def _serve(settings: Settings) -> int:
    """Parse, say so, wait for the command, run it; returns dbt's exit code."""
    from dbt.cli.main import dbtRunner

    manifest = parsed_project(settings)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    command = sys.stdin.read()
    if not command:
        return 0
    arguments = json.loads(command)
    forget_last_run(settings)
    if is_little(settings):
        settings.query_with_one_core()
    # Variables stand in the SQL of models only, which is rendered when it is built.
    runner = dbtRunner(manifest=manifest)
    project = str(settings.dbt_project_dir)
    result = runner.invoke(["--log-format", "json", *arguments, "--project-dir", project, "--profiles-dir", project])
    note_manifest(settings)
    if result.exception:
        print(result.exception)
    return 0 if result.success else 1


if __name__ == "__main__":
    die_with(int(sys.argv[2]))
    # One project, one build: looking for garbage would take time, and find little before the end.
    gc.disable()
    atexit.register(gc.freeze)
    sys.exit(_serve(Settings.model_validate_json(sys.argv[1])))
