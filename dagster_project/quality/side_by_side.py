"""Run suites in several processes.

Great Expectations spends its time in Python, and its import takes seconds: one process imports it while dbt still builds,
and the others are forked from that one.
"""

from __future__ import annotations

import atexit
import gc
import multiprocessing
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import forkserver
from pathlib import Path

from dagster_project.processes import end_with_owner
from dagster_project.quality.expectation_files import Suite
from dagster_project.quality.suites import SuiteResult, run_suites

atexit.register(gc.freeze)  # a last look for garbage among all that was imported would take a second


def prepare() -> None:
    """Start the process that imports Great Expectations; it ends with this one."""
    _context()
    forkserver.ensure_running()


def run_side_by_side(
    warehouse: Path, suites: Iterable[Suite], processes: int, last_version: Path | None = None
) -> list[SuiteResult]:
    """Run suites as :func:`run_suites` does, in so many processes; results come share by share.

    Args:
        warehouse: the DuckDB file; every process opens it read-only.
        suites: of :func:`expectation_files.read_suites`.
        processes: at most this many.
        last_version: as for :func:`run_suites`.

    Raises:
        FileNotFoundError: there is no such DuckDB file.
        BrokenProcessPool: a process died; nothing is known of its suites.
    """
    suites = list(suites)
    shares = [suites[start::processes] for start in range(processes)]
    with workers(processes) as pool:
        return [result for share in pool.map(partial(_run, warehouse, last_version), shares) for result in share]


def workers(processes: int) -> ProcessPoolExecutor:
    """So many processes forked from the one that imported Great Expectations; they end with this one, also where it is killed."""
    return ProcessPoolExecutor(processes, mp_context=_context(), initializer=end_with_owner)


def _run(warehouse: Path, last_version: Path | None, suites: Sequence[Suite]) -> list[SuiteResult]:
    gc.disable()  # the process ends with its share
    return run_suites(warehouse, suites, last_version)


def _context() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["great_expectations", "dagster_project.quality.duckdb_readonly", __name__])
    return context
