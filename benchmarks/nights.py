"""The whole nightly, from an empty build folder and unchanged, and how long the Dagster definitions take to load."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.measure import Run, median, run, spread
from dagster_project.settings import PROJECT_ROOT

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


def measure_nights(raw_dir: Path, build_dir: Path, name: str, runs: int) -> list[str]:
    """Measure one drop folder; returns rows of a Markdown table."""
    environment = {"JIXIAO_RAW_DIR": str(raw_dir), "JIXIAO_BUILD_DIR": str(build_dir)}
    cold: list[Run] = []
    unchanged: list[Run] = []
    for _ in range(runs):
        shutil.rmtree(build_dir, ignore_errors=True)
        cold.append(run([JIXIAO, "nightly", "--quiet"], environment))
        unchanged.append(run([JIXIAO, "nightly", "--quiet"], environment))
    return [
        f"| {name} | {label} | {spread([r.seconds for r in results])} | {median([r.peak_mib for r in results]):,.0f} |"
        for label, results in (("from an empty build/", cold), ("unchanged", unchanged))
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
