"""Run suites in several processes.

Great Expectations spends its time in Python, and its import takes seconds: one process imports it while dbt still builds,
and the others are forked from that one.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import forkserver
from pathlib import Path

from dagster_project.quality.suites import SuiteResult, load_suite, run_suites


def prepare() -> None:
    """Start the process that imports Great Expectations; it ends with this one."""
    _context()
    forkserver.ensure_running()


def run_side_by_side(warehouse: Path, suites: Sequence[Path], processes: int) -> list[SuiteResult]:
    """Run suites as :func:`run_suites` does, in so many processes; results come in the order of the suites.

    Args:
        warehouse: the DuckDB file; every process opens it read-only.
        suites: the modules' files.
        processes: at most this many.

    Raises:
        FileNotFoundError: there is no such DuckDB file.
        BrokenProcessPool: a process died; nothing is known of its suites.
    """
    parts = [list(suites[start::processes]) for start in range(min(processes, len(suites)))]
    with ProcessPoolExecutor(len(parts), mp_context=_context()) as pool:
        results = [result for part in pool.map(_run, [warehouse] * len(parts), parts) for result in part]
    order = {load_suite(path).TABLE: place for place, path in enumerate(suites)}
    return sorted(results, key=lambda result: order[result.table])


def _run(warehouse: Path, suites: Sequence[Path]) -> list[SuiteResult]:
    return run_suites(warehouse, map(load_suite, suites))


def _context() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["great_expectations", "dagster_project.quality.duckdb_readonly", __name__])
    return context
