"""Great Expectations suites: find them, run them inside DuckDB, and report in plain words."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dagster_project.quality.expectation_sql import bounds_zh, rows_sql

if TYPE_CHECKING:
    import great_expectations as gx

CRITICAL = "critical"
"""The severity that stops publishing; the others are told and do not."""


@dataclass(frozen=True)
class Outcome:
    """One expectation: on which table, how grave, what was expected and why, whether it held, and what was seen.

    ``rows_sql`` finds the rows that break it; empty where it held, could not be asked, or is about the table as a whole.
    """

    table: str
    severity: str
    expectation: str
    why: str
    passed: bool
    observed: str
    rows_sql: str = ""


@dataclass(frozen=True)
class SuiteResult:
    """The outcome of one suite; it passes where no finding is critical."""

    table: str
    outcomes: tuple[Outcome, ...]

    @property
    def findings(self) -> list[Outcome]:
        """What did not hold."""
        return [outcome for outcome in self.outcomes if not outcome.passed]

    @property
    def passed(self) -> bool:
        """Whether the table may be published."""
        return not any(finding.severity == CRITICAL for finding in self.findings)


def suite_modules(directory: Path) -> dict[str, ModuleType]:
    """The suites of a folder by the table they are for, such as ``evaluation.figures``."""
    return {module.TABLE: module for path in sorted(directory.glob("[a-z]*.py")) for module in [load_suite(path)]}


@cache
def load_suite(path: Path) -> ModuleType:
    """The module of a suite, with its ``TABLE`` and its ``suite()``.

    Raises:
        ImportError: the file is no module.
    """
    spec = importlib.util.spec_from_file_location(f"expectations.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load the suite {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_suites(warehouse: Path, suites: Iterable[ModuleType]) -> list[SuiteResult]:
    """Run suites on a DuckDB file, pushed down: no row leaves the database.

    Args:
        warehouse: the DuckDB file; opened read-only.
        suites: modules with ``TABLE`` and ``suite()``.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if not warehouse.is_file():
        raise FileNotFoundError(warehouse)
    context = _context()
    source = context.data_sources.add_sql(
        "warehouse", connection_string=f"duckdb+readonly:///{warehouse}?access_mode=read_only"
    )
    try:
        return [_run(source, module) for module in suites]
    finally:
        # Two engines hold the file open, and an open reader would keep the next build from writing it.
        source.get_execution_engine().close()
        source.get_execution_engine().engine.dispose()
        source.get_engine().dispose()


def _context() -> gx.data_context.EphemeralDataContext:
    import great_expectations as gx

    from dagster_project.quality import duckdb_readonly

    duckdb_readonly.register()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def _run(source: Any, module: ModuleType) -> SuiteResult:
    schema, table = module.TABLE.split(".")
    asset = source.add_table_asset(module.TABLE, table_name=table, schema_name=schema)
    result = asset.get_batch(asset.build_batch_request()).validate(module.suite())
    # Great Expectations writes down all its assets whenever one is added.
    source.assets.clear()
    return SuiteResult(module.TABLE, tuple(_outcome(module.TABLE, one) for one in result.results))


def _outcome(table: str, result: Any) -> Outcome:
    config = result.expectation_config
    about = {key: value for key, value in config.kwargs.items() if key not in ("batch_id",)}
    why = (config.notes if isinstance(config.notes, str) else " ".join(config.notes or ())) or ""
    passed = bool(result.success)
    broken = [info["exception_message"] for info in _exceptions(result.exception_info)]
    sql = "" if passed or broken else rows_sql(config.type, about, table)
    severity = config.severity.value if config.severity else CRITICAL
    seen = "; ".join(map(str, broken)) or _seen(result.result, about)
    return Outcome(table, severity, f"{config.type} {about}", why, passed, seen, sql)


def _seen(result: dict[str, Any], about: dict[str, Any]) -> str:
    """How many rows break an expectation about rows, or the value that is out of bounds."""
    if (count := result.get("unexpected_count")) is not None:
        return f"{count} 行不符"
    observed = result.get("observed_value")
    return ",".join(text for text in (f"实际为 {observed}", bounds_zh(about)) if text)


def _exceptions(info: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """What went wrong while checking, such as a misspelt column: that is a failure, too, and must be told."""
    entries = [info] if "raised_exception" in info else list(info.values())
    return [entry for entry in entries if entry.get("raised_exception")]
