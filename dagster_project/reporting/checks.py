"""The checks that stand before an indicator: of the ledgers it needs, of the tables made from them, and before publishing."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.reporting.published import Row
from dagster_project.reporting.scored_year import ScoredYear

EVALUATION_TABLES = frozenset(
    f"evaluation.{name}"
    for name in (
        "evidence", "figures", "figure_definitions", "indicators", "indicator_components", "indicator_rules",
        "scheme_components", "scheme_bands", "scheme_ratings", "scorecard",
    )
)  # fmt: skip
"""The tables that every score passes through."""


@dataclass(frozen=True)
class Check:
    """One check: its kind (landing, dbt test, suite), what it looks at, its rule, and whether it stops publishing.

    A version exists only where every check that stops publishing has passed on it.
    """

    kind: str
    subject: str
    name: str
    rule: str
    stops_publishing: bool

    def as_row(self) -> Row:
        """The check as a row of a table."""
        return {**vars(self), "stops_publishing": "yes" if self.stops_publishing else "no"}


def checks_of(year: ScoredYear, manifest: Path, expectations_dir: Path) -> dict[int, list[Check]]:
    """The checks behind each indicator, by its number: landing results, dbt tests and suites, in that order."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    suites = _suites(expectations_dir)
    models = {
        name: f"{node['schema']}.{node['name']}" for name, node in nodes.items() if node["resource_type"] == "model"
    }
    children: dict[str, set[str]] = {}
    tests: dict[str, list[Check]] = {}
    for name, node in nodes.items():
        for parent in node.get("depends_on", {}).get("nodes", []):
            if name in models:
                children.setdefault(parent, set()).add(name)
            elif node["resource_type"] == "test" and parent in models:
                tests.setdefault(models[parent], []).append(_test(node, models[parent]))
    found = {}
    for number, figures in year.indicator_figures.items():
        ledgers = {ledger for figure in figures for ledger in (year.figures[figure]["source_ledgers"] or "").split("|")}
        staging = {name for name, table in models.items() for ledger in ledgers if table.endswith(f"__{ledger}")}
        tables = {
            models[name] for name in staging | {child for parent in staging for child in children.get(parent, ())}
        }
        tables |= EVALUATION_TABLES
        landing = [
            Check(
                "landing",
                f"{file.ledger} {file.file}",
                file.name,
                "; ".join(
                    _landing_counts(row) for row in year.submissions if row["submission_id"] in file.submission_ids
                ),
                False,
            )
            for file in year.files
            if number in file.indicators
        ]
        chosen = {check for table in tables for check in (*tests.get(table, ()), *suites.get(table, ()))}
        found[number] = landing + sorted(chosen, key=lambda check: (check.kind, check.subject, check.name, check.rule))
    return found


def _landing_counts(row: Row) -> str:
    return (
        f"读取 {row['rows_read']} 行 = 载入 {row['rows_accepted']} + 退回 {row['rows_rejected']} + 空行 {row['rows_blank']} "
        f"+ 合计与注释 {row['rows_notes']}"
    )


def _test(node: dict[str, Any], table: str) -> Check:
    rule = " ".join((node.get("description") or node["name"]).split())
    return Check("dbt test", table, node["name"], rule, node["config"].get("severity", "error").lower() == "error")


def _suites(directory: Path) -> dict[str, list[Check]]:
    """The expectations of each table, read from the text of the suites: loading Great Expectations takes seconds."""
    suites: dict[str, list[Check]] = {}
    for path in sorted(directory.glob("[a-z]*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        table = next(
            node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "TABLE"
            and isinstance(node.value, ast.Constant)
        )
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                words = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
                if "severity" in words:
                    check = Check(
                        "suite",
                        str(table),
                        node.func.attr,
                        str(words.get("notes", "")),
                        words["severity"] == "critical",
                    )
                    suites.setdefault(str(table), []).append(check)
    return suites
