"""The whole nightly, from an empty build folder and unchanged, and how long the Dagster definitions take to load."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.measure import Run, median, run, spread
from dagster_project.settings import PROJECT_ROOT, Settings

LOAD = "from dagster_project.definitions import defs; defs()"
FIRST_LEDGERS = (
    "budget_allocations",
    "deputies",
    "disclosures",
    "liaison_stations",
    "org_units",
    "payments",
    "projects",
    "snapshot_cases",
    "station_feedback",
    "suggestions",
)
"""What an office has that begins: its money and what its deputies hear."""
JIXIAO = str(Path(sys.executable).with_name("jixiao"))


PUBLISHED = (0, 3)
"""Exit codes of a night that published, also with open issues: an office that begins lacks ledgers."""


def measure_nights(raw_dir: Path, build_dir: Path, name: str, runs: int, *, with_first: bool = False) -> list[str]:
    """Measure one drop folder; returns rows of a Markdown table.

    ``with_first`` adds the very first night of a checkout, for which dbt has not parsed the project yet.
    """
    environment = {"JIXIAO_RAW_DIR": str(raw_dir), "JIXIAO_BUILD_DIR": str(build_dir)}
    states: dict[str, list[Path]] = {"from an empty build/": [build_dir], "unchanged": []}
    if with_first:
        states = {"the first of a checkout": [build_dir, Settings().parsed_dbt_dir]} | states
    results: dict[str, list[Run]] = {state: [] for state in states}
    for _ in range(runs):
        for state, removed in states.items():
            for folder in removed:
                shutil.rmtree(folder, ignore_errors=True)
            results[state].append(run([JIXIAO, "nightly", "--quiet"], environment, PUBLISHED))
    return [
        f"| {name} | {state} | {spread([r.seconds for r in done])} | {median([r.peak_mib for r in done]):,.0f} |"
        for state, done in results.items()
    ]


def measure_definitions(build_dir: Path, runs: int) -> str:
    """Seconds to load the code location with its manifest in place, as text."""
    environment = {"JIXIAO_BUILD_DIR": str(build_dir)}
    command = [sys.executable, "-c", LOAD]
    run(command, environment)
    return spread([run(command, environment).seconds for _ in range(runs)])


def write_first_drop(sample: Path, folder: Path) -> None:
    """Copy the ledgers of an office that begins out of the sample."""
    for ledger in FIRST_LEDGERS:
        shutil.copytree(sample / ledger, folder / ledger)
    shutil.copy(sample / "received.csv", folder)


def write_scaled_drop(folder: Path, scale: int) -> None:
    """Let the simulated office write so many times the events."""
    command = [sys.executable, "-m", "simulation", "--out", str(folder), "--scale", str(scale)]
    run(command, {"PYTHONPATH": str(PROJECT_ROOT)})
