"""Run one mutant: first the unit tests, then the sample up to the scores of both years; all of it inside one DuckDB connection."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from mutations.project import GOALS, Mutant, Project
from mutations.rules import mutate, unmark

SECONDS_ALLOWED = 20
YEARS = (2022, 2023)
JOINED = "evidence"
"""A union of tables, hundreds of thousands of rows: cheaper to read once than to write."""
SCORED = {
    "indicator_components": "scheme_id, fiscal_year, department_code, indicator_no, component_no, numerator, denominator, "
    "case_count, percentage, points, state",
    "figures": "figure_id, fiscal_year, department_code, value, status, display_text",
    "indicators_all_schemes": "scheme_id, fiscal_year, department_code, indicator_no, value, score, score_status",
    "duty_indicators": "scheme_id, fiscal_year, department_code, indicator_no, value, score, score_status",
}
"""What the tests over the sample compare: figures with the report, figures and scores with the oracle."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: ``unit test``, ``sample``, ``does not run`` or ``survived``, and who saw it."""

    fate: str
    seen_by: str


class Judge:
    """A copy of the built warehouse in which every model is a table, and what the sample gives without any mistake."""

    def __init__(self, project: Project, warehouse: Path) -> None:
        self.project = project
        self.connection = duckdb.connect(str(warehouse))
        self.connection.execute("set threads = 2")
        self.children: dict[str, set[str]] = {name: set() for name in project.models}
        for model in project.models.values():
            for parent in model.parents:
                self.children[parent].add(model.name)
        for name in project.order:
            self._make(name, unmark(project.models[name].sql))
        self.content = {name: self._content(name) for name in project.order}
        self.expected = {name: self._result(name) for name in GOALS}
        # A test that fails without a mistake would catch every mutant.
        for test in project.unit_tests:
            if self._differs(unmark(test.sql)):
                raise RuntimeError(f"unit test {test.name} fails without a mistake")

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def judge(self, mutant: Mutant) -> Verdict:
        """Make the mistake, look, and undo it."""
        timer = threading.Timer(SECONDS_ALLOWED, self.connection.interrupt)
        timer.start()
        try:
            return self._judge(mutant)
        except duckdb.InterruptException:
            return Verdict("does not run", f"more than {SECONDS_ALLOWED} s")
        except duckdb.Error as error:
            return Verdict("does not run", str(error).splitlines()[0][:80])
        finally:
            timer.cancel()

    def _judge(self, mutant: Mutant) -> Verdict:
        mark = f"/*<{mutant.name}*/"
        for test in self.project.unit_tests:
            if mark in test.sql and self._differs(unmark(mutate(test.sql, mutant.name, mutant.after))):
                return Verdict("unit test", test.name)
        self.connection.execute("begin")
        try:
            changed = self._rebuild(mutant)
            for goal in GOALS:
                if goal in changed:
                    result = self._result(goal)
                    for row in sorted((result - self.expected[goal]) + (self.expected[goal] - result), key=str):
                        return Verdict("sample", f"{goal}: {row[0] if goal == 'figures' else row[3]} {row[1]}")
        finally:
            self.connection.execute("rollback")
        return Verdict("survived", "")

    def _rebuild(self, mutant: Mutant) -> set[str]:
        """Make the changed models and whatever reads a table that came out different."""
        stale = self.project.marked_models(mutant.name)
        changed: set[str] = set()
        for name in self.project.order:
            if name not in stale:
                continue
            self._make(name, unmark(mutate(self.project.models[name].sql, mutant.name, mutant.after)))
            if name == JOINED or self._content(name) != self.content[name]:
                changed.add(name)
                stale |= self.children[name]
        return changed

    def _make(self, name: str, sql: str) -> None:
        relation = self.project.models[name].relation
        schema, table = (part.strip('"') for part in relation.split(".")[-2:])
        (is_view,) = self.connection.execute(
            "select count(*) > 0 from duckdb_views() where schema_name = ? and view_name = ?", [schema, table]
        ).fetchone() or (False,)
        kind = "view" if name == JOINED else "table"
        self.connection.execute(f"drop {'view' if is_view else 'table'} if exists {relation}")
        self.connection.execute(f"create {kind} {relation} as {sql}")

    def _content(self, name: str) -> tuple[Any, ...] | None:
        """Tells one content of a table from another, whatever the order of its rows."""
        if name == JOINED:
            return None
        relation = self.project.models[name].relation
        return self.connection.execute(f"select count(*), sum(hash(t)) from {relation} as t").fetchone()

    def _result(self, goal: str) -> Counter[tuple[Any, ...]]:
        relation = self.project.models[goal].relation
        return Counter(
            self.connection.execute(f"select {SCORED[goal]} from {relation} where fiscal_year in {YEARS}").fetchall()
        )

    def _differs(self, sql: str) -> bool:
        """Whether a unit test finds other rows than it expects."""
        result = self.connection.execute(sql)
        (place,) = (i for i, column in enumerate(result.description or ()) if column[0] == "actual_or_expected")
        rows: dict[str, Counter[tuple[Any, ...]]] = {"actual": Counter(), "expected": Counter()}
        for row in result.fetchall():
            rows[row[place]][tuple(row[:place]) + tuple(row[place + 1 :])] += 1
        return rows["actual"] != rows["expected"]
