"""Suites of rules: made into Great Expectations, run inside DuckDB, and told in plain words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.quality.expectation_files import LAST_VERSION, Bounds, Rule, Suite
from dagster_project.quality.expectation_sql import bounds_zh, rows_sql

if TYPE_CHECKING:
    import great_expectations as gx
    from sqlalchemy import Connection

CRITICAL = "critical"
"""The severity that stops publishing; the others are told and do not."""
NO_BOUNDS: Bounds = (None, None)
ROWS_KIND = "unexpected_rows_expectation"


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


def run_suites(warehouse: Path, suites: Iterable[Suite], last_version: Path | None = None) -> list[SuiteResult]:
    """Run suites on a DuckDB file, pushed down: no row leaves the database.

    Args:
        warehouse: the DuckDB file; opened read-only.
        suites: of :func:`expectation_files.read_suites`.
        last_version: the folder of the version that readers have; without it nothing is compared with it.

    Raises:
        FileNotFoundError: there is no such file.
    """
    if not warehouse.is_file():
        raise FileNotFoundError(warehouse)
    with (
        reading_source(_context(), warehouse, "readonly") as source,
        source.get_execution_engine().engine.connect() as connection,
    ):
        return [_placeless(_run(source, connection, one.beside(last_version)), one, last_version) for one in suites]


@contextlib.contextmanager
def reading_source(context: Any, warehouse: Path, dialect: str) -> Iterator[Any]:
    """A warehouse as a data source of Great Expectations, read by a dialect of :mod:`duckdb_readonly`; closed afterwards."""
    source = context.data_sources.add_sql(
        "warehouse", connection_string=f"duckdb+{dialect}:///{warehouse}?access_mode=read_only"
    )
    try:
        yield source
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


def _run(source: Any, connection: Connection, suite: Suite) -> SuiteResult:
    outcomes = {id(rule): _held(suite.table, rule) for rule in unbroken(connection, suite)}
    asked = [rule for rule in suite.rules if id(rule) not in outcomes]
    if asked:
        schema, table = suite.table.split(".")
        asset = source.add_table_asset(suite.table, table_name=table, schema_name=schema)
        result = asset.get_batch(asset.build_batch_request()).validate(great_expectations(suite.table, asked))
        # Great Expectations writes down all its assets whenever one is added.
        source.assets.clear()
        outcomes |= {id(rule): _outcome(suite.table, one) for rule, one in zip(asked, result.results, strict=True)}
    return SuiteResult(suite.table, tuple(outcomes[id(rule)] for rule in suite.rules))


def unbroken(connection: Connection, suite: Suite) -> list[Rule]:
    """The rules about rows and cells that no row breaks: all of a table are asked in one query, in which most nights end.

    What is broken, or cannot be asked, is for Great Expectations to look at one by one.

    Args:
        connection: of the warehouse.
        suite: of one table.
    """
    from sqlalchemy.exc import DBAPIError

    # Repeated keys are looked for over all rows at once, by Great Expectations.
    asked = [(rule, query) for rule in suite.rules if not rule.unique and (query := rows_query(rule, suite.table))]
    if not asked:
        return []
    try:
        questions = ", ".join(f"exists ({query})" for _, query in asked)
        answers = connection.exec_driver_sql(f"select {questions}").fetchone() or ()
    except DBAPIError:
        return []
    return [rule for (rule, _), is_broken in zip(asked, answers, strict=True) if not is_broken]


def rows_query(rule: Rule, table: str) -> str:
    """The query of the rows that break a rule; empty where the rule is about the table as a whole."""
    return rule.broken_rows.replace("{batch}", table) if rule.broken_rows else rows_sql(*_asked_of(rule), table)


def _asked_of(rule: Rule) -> tuple[str, dict[str, Any]]:
    """What Great Expectations is asked for: the type and the arguments."""
    asked = expectation_of(rule).configuration
    return asked.type, asked.kwargs


def _placeless(result: SuiteResult, suite: Suite, last_version: Path | None) -> SuiteResult:
    """The result without the place of the last version in what was expected, which is published."""
    told = []
    for one, rule in zip(result.outcomes, suite.rules, strict=True):
        if rule.rows and LAST_VERSION in rule.rows:
            expected = one.expectation.replace(str(last_version), LAST_VERSION)
            one = replace(one, expectation=expected if last_version else _held(suite.table, rule).expectation)
        told.append(one)
    return SuiteResult(result.table, tuple(told))


def _held(table: str, rule: Rule) -> Outcome:
    kind, about = (ROWS_KIND, {"unexpected_rows_query": rule.broken_rows}) if rule.broken_rows else _asked_of(rule)
    return Outcome(table, rule.severity, f"{kind} {about}", rule.notes, True, "0 行不符")


def great_expectations(name: str, rules: Sequence[Rule], *, in_words: bool = False) -> gx.ExpectationSuite:
    """The suite of Great Expectations for some rules; ``in_words`` has pages tell the reason of a rule in place of its arguments."""
    import great_expectations as gx

    return gx.ExpectationSuite(name=name, expectations=[expectation_of(rule, in_words=in_words) for rule in rules])


def expectation_of(rule: Rule, *, in_words: bool = False) -> gx.expectations.Expectation:
    """The Great Expectations object of a rule, with its severity and its reason."""
    import great_expectations as gx

    expect, common = gx.expectations, {"severity": rule.severity, "notes": rule.notes}
    if in_words:
        common["description"] = rule.notes
    if rule.broken_rows:
        return expect.UnexpectedRowsExpectation(unexpected_rows_query=_braced(_named(rule.broken_rows)), **common)
    if rule.not_null:
        return expect.ExpectColumnValuesToNotBeNull(column=rule.not_null, **common)
    if rule.one_of:
        return expect.ExpectColumnValuesToBeInSet(column=rule.column, value_set=rule.one_of, **common)
    if rule.unique and len(rule.unique) == 1:
        return expect.ExpectColumnValuesToBeUnique(column=rule.unique[0], **common)
    if rule.unique:
        return expect.ExpectCompoundColumnsToBeUnique(column_list=rule.unique, ignore_row_if="never", **common)
    if rule.min_rows:
        return expect.ExpectTableRowCountToBeBetween(min_value=rule.min_rows, **common)
    low, high = rule.between or rule.plausible or NO_BOUNDS
    return expect.ExpectColumnValuesToBeBetween(column=rule.column, min_value=low, max_value=high, **common)


def _named(query: str) -> str:
    """The query in a form in which the table may have another name: Great Expectations gives it one of its own."""
    if "{batch} as " not in query:
        return query
    asked = query.replace("{batch}", "rows_of_table").lstrip()
    own_parts = ", " if asked.startswith("with ") else " "
    return f"with rows_of_table as (select * from {{batch}}){own_parts}{asked.removeprefix('with ')}"


def _braced(query: str) -> str:
    """The query with its own braces doubled, as of a pattern (``[0-9]{10}``): Great Expectations fills in single ones."""
    return query.replace("{", "{{").replace("}", "}}").replace("{{batch}}", "{batch}")


def _unbraced(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an expectation with the query as the rule has it."""
    query = arguments.get("unexpected_rows_query")
    return arguments | {"unexpected_rows_query": query.replace("{{", "{").replace("}}", "}")} if query else arguments


def _outcome(table: str, result: Any) -> Outcome:
    config = result.expectation_config
    about = _unbraced({key: value for key, value in config.kwargs.items() if key not in ("batch_id",)})
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
