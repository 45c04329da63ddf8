"""Proves that a rule of expectations/ can fire: makes rows, at random from small pools and from real ones, until some break it.

Pools hold the words and numbers that stand in the rule itself, so that conditions on codes and bounds are met and missed; they
are small and the same for all tables, so that rows of one table find rows of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.ingestion.sql import literal
from dagster_project.quality.expectation_files import KINDS, LAST_VERSION, Rule
from dagster_project.quality.suites import rows_query

ROWS = 160
ATTEMPTS = 12
MORE_ATTEMPTS = 6 * ATTEMPTS
"""For rules that need several rows which fit each other: they are drawn seldom."""
TABLE = re.compile(r"\b(marts|evaluation|quality|seeds|intermediate|staging)\.(\w+)")
TEXT, NUMBER, DAY = (
    re.compile(r"'([^']*)'"),
    re.compile(r"(?<![\w.'-])\d+(?:\.\d+)?(?![\w'-])"),
    re.compile(r"\d{4}-\d\d-\d\d"),
)
KEYS = {
    "department_code": ("D1", "D2"), "fiscal_year": (2022, 2023), "submission_id": ("S1", "S2", "S3"), "row_number": (1, 2, 3, 4, 5),
    "sheet": ("",), "month": ("2022-12-01", "2023-01-01", "2023-02-01", "2023-03-01"),
}  # fmt: skip
"""Few values each, so that rows of several tables belong together."""
NO_NULLS = ("department_code", "fiscal_year", "submission_id", "row_number")


def broken_rows(rule: Rule, table: str) -> str:
    """The query of what breaks a rule, as the checker asks it; of a table that has too few rows one row."""
    if rule.min_rows:
        return f"select count(*) as seen from {table} where false having count(*) < {rule.min_rows}"
    return rows_query(rule, table)


class Prover:
    """Tries rules on tables of the same shape as those of a warehouse, in a database in memory."""

    def __init__(self, warehouse: Path, folder: Path):
        self.folder = folder
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 1")
        self.connection.execute(f"attach {literal(str(warehouse))} as real (read_only)")
        self.columns: dict[str, dict[str, str]] = {}
        for schema, table, column, kind in self.connection.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns() where database_name = 'real'"
        ).fetchall():
            self.columns.setdefault(f"{schema}.{table}", {})[column] = kind
        for schema in {name.partition(".")[0] for name in self.columns}:
            self.connection.execute(f"create schema if not exists {schema}")

    def why_not(self, rule: Rule, table: str) -> str:
        """Empty where some rows break the rule; else why none were found."""
        return self.why_no_row(broken_rows(rule, table), table)

    def why_no_row(self, query: str, table: str = "") -> str:
        """Empty where a query of what breaks a rule finds rows; ``table`` is the one that it is about, the first that it names where not said."""
        named = [f"{schema}.{name}" for schema, name in TABLE.findall(query)]
        table = table or named[0]
        tables = dict.fromkeys([table, *named])
        tables = dict.fromkeys(each for each in tables if each in self.columns)
        if is_compared := LAST_VERSION in query:
            query = query.replace(LAST_VERSION, str(self.folder))
        error = ""
        for attempt in range(MORE_ATTEMPTS):
            for make in (self._random, self._real):
                self._seed(attempt / ATTEMPTS, attempt)  # whatever was tried before
                try:
                    for each in tables:
                        if each.startswith("seeds.") and attempt < 2:  # data that holds whatever is handed in
                            self.connection.execute(f"create or replace table {each} as from real.{each}")
                        elif each.startswith("intermediate.") and attempt % 2:  # nothing is lacking
                            self.connection.execute(f"create or replace table {each} as from real.{each} limit 0")
                        else:
                            # Registers of three rows, else whatever is named stands in them.
                            rows = ROWS if each == table or attempt % 2 == 0 else 3
                            make(each, query, attempt, is_compared, rows)
                    if self.connection.execute(f"select exists ({query})").fetchall()[0][0]:
                        return ""
                except duckdb.Error as fault:
                    error = type(fault).__name__
        return error or "no rows that were tried break it"

    def _random(self, table: str, query: str, attempt: int, is_compared: bool, rows: int) -> None:
        """Rows of which every column that the rule names is drawn from its pool."""
        cells = [
            f"{self._drawn(name, kind, query, attempt)} as {name}"
            if self._matters(name, query)
            else f"null::{kind} as {name}"
            for name, kind in self.columns[table].items()
        ]
        self._keep(table, f"select {', '.join(cells)} from range({rows})", is_compared)

    def _real(self, table: str, query: str, attempt: int, is_compared: bool, rows: int) -> None:
        """Real rows, of which some cells that the rule names are drawn anew."""
        self._seed(0.6 + attempt / 3 / ATTEMPTS, attempt)
        cells = [
            f"case when random() < 0.3 then {self._drawn(name, kind, query, attempt)} else {name} end as {name}"
            if self._matters(name, query) and name not in KEYS
            else name
            for name, kind in self.columns[table].items()
        ]
        self._keep(table, f"select {', '.join(cells)} from (select * from real.{table} limit {rows * 4})", is_compared)

    def _seed(self, first: float, attempt: int) -> None:
        self.connection.execute(f"select setseed({first if attempt < ATTEMPTS else -attempt / MORE_ATTEMPTS})")

    def _keep(self, table: str, query: str, is_compared: bool) -> None:
        """Make the table, and of other rows the file of the version before, where the rule compares with it."""
        self.connection.execute(f"create or replace table {table} as {query}")
        if is_compared:
            path = self.folder / f"{table.replace('.', '/')}.parquet"
            path.parent.mkdir(exist_ok=True)
            self.connection.execute(f"copy ({query}) to {literal(str(path))} (format parquet)")

    @staticmethod
    def _matters(name: str, query: str) -> bool:
        return name in KEYS or re.search(rf"\b{name}\b", query) is not None

    def _drawn(self, name: str, kind: str, query: str, attempt: int) -> str:
        pool = list(dict.fromkeys(self._pool(name, kind, query)))
        if attempt == 3 and name not in KEYS:  # sums are negative, too
            pool = [text for text in pool if not text[0].isdigit()] or pool
        if name not in NO_NULLS or re.search(rf"\b{name} is null", query):
            pool.append("null")
        return f"(list_extract([{', '.join(pool)}], 1 + cast(floor(random() * {len(pool)}) as int)))::{kind}"

    def _pool(self, name: str, kind: str, query: str) -> Iterator[str]:
        if name in KEYS:
            yield from (literal(str(each)) for each in KEYS[name])
            return
        if kind.startswith("VARCHAR"):
            words = [word for word in TEXT.findall(query) if len(word) < 40 and "," not in word]
            yield from map(
                literal,
                [*words[:12], "D1", "甲", "信息化建设和运行维护项目甲", "信息化建设和运行维护项目乙", "HT2023001", ""],
            )
        elif kind.startswith("BOOLEAN"):
            yield from ("true", "false")
        elif kind.startswith(("DATE", "TIMESTAMP")):
            yield from (literal(day) for day in (*DAY.findall(query), *DAYS))
        elif kind.startswith(("DECIMAL", "BIGINT", "INTEGER", "DOUBLE", "HUGEINT", "SMALLINT", "FLOAT")):
            yield from map(str, self._numbers(kind, query))
        else:
            yield "null"

    @staticmethod
    def _numbers(kind: str, query: str) -> Iterable[Any]:
        named = [float(text) for text in NUMBER.findall(query)][:8]
        near = [number + step for number in named for step in (-1, 0, 1)]
        most = 1e9 if kind in ("INTEGER", "SMALLINT") else 1e13
        whole = [int(number) for number in [*near, 0, 1, 2, -1, 100, 99999] if abs(number) < most]
        return dict.fromkeys(whole if kind in ("BIGINT", "INTEGER", "SMALLINT") else [*whole, 0.5])


DAYS = ("2021-06-30", "2022-01-01", "2022-12-31", "2023-01-05", "2023-06-30", "2023-12-31", "2024-03-01", "2030-01-01")


def kind_of(rule: Rule) -> str:
    """The key of a rule that says what must hold."""
    return next(kind for kind in KINDS if getattr(rule, kind) is not None)
