"""The dbt project with a mark at every possible mistake, rendered once by dbt: SQL of the models and of their unit tests."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mutations.rules import Site, mark, sites

MACROS = ("clocks", "clock_state", "shares", "parameter_value")
GOALS = ("figures", "indicator_components", "indicators_all_schemes", "duty_indicators")
LAYERS = ("intermediate", "marts", "evaluation")


@dataclass(frozen=True)
class Mutant:
    """One mistake in one file."""

    name: str
    file: str
    line: int
    before: str
    after: str
    rule: str
    source_line: str

    @property
    def key(self) -> str:
        """What names it from one version of the project to the next: no line numbers."""
        text = "|".join((self.file, self.source_line, self.before, self.after))
        return hashlib.sha256(text.encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Model:
    """A model as dbt rendered it, with marks."""

    name: str
    relation: str
    sql: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class UnitTest:
    """A unit test as dbt ran it, with marks."""

    name: str
    model: str
    sql: str


@dataclass(frozen=True)
class Project:
    """Everything that leads to the indicators."""

    models: dict[str, Model]
    unit_tests: list[UnitTest]
    mutants: dict[str, Mutant]

    @cached_property
    def order(self) -> list[str]:
        """The models, parents first."""
        done: dict[str, None] = {}

        def visit(name: str) -> None:
            for parent in self.models[name].parents:
                if parent not in done:
                    visit(parent)
            done[name] = None

        for name in sorted(self.models):
            if name not in done:
                visit(name)
        return list(done)

    def marked_models(self, name: str) -> set[str]:
        """The models whose SQL has the mark of a mutant: its own, or all that use its macro."""
        return {model.name for model in self.models.values() if f"/*<{name}*/" in model.sql}


def render(dbt_dir: Path, warehouse: Path, landing: Path, folder: Path) -> Project:
    """Mark a copy of the dbt project and let dbt render it.

    Args:
        dbt_dir: the project; it is not changed.
        warehouse: a built warehouse; its seeds are loaded again, its tables stay as they are.
        landing: the landed ledgers it was built from.
        folder: an empty folder for the copy.

    Returns:
        The models that lead to the indicators, their unit tests, and the mutants of their SQL.

    Raises:
        RuntimeError: dbt could not render the project, or a unit test fails without any mistake in it.
    """
    from dbt.cli.main import dbtRunner

    os.environ.update(
        JIXIAO_WAREHOUSE=str(warehouse),
        JIXIAO_LANDING=str(landing),
        JIXIAO_THREADS="2",
        JIXIAO_QUERY_THREADS="1",
        DBT_TARGET_PATH=str(folder / "target"),
        DBT_LOG_PATH=str(folder / "logs"),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
    )
    copy = folder / "dbt"
    shutil.copytree(dbt_dir, copy, ignore=shutil.ignore_patterns("target", "logs"))
    places = ["--project-dir", str(copy), "--profiles-dir", str(copy), "--quiet", "--log-level", "error"]
    wanted = " ".join(f"+{goal}" for goal in GOALS)

    def dbt(*arguments: str) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            done = dbtRunner().invoke([*arguments, *places])
        if not done.success:
            raise RuntimeError(f"dbt {arguments[0]} failed: {done.exception or said.getvalue()[-2000:]}")

    dbt("seed")
    dbt("compile", "--select", wanted)
    needed = {node["original_file_path"] for node in _manifest(folder)["nodes"].values() if node.get("compiled")}
    mutants: dict[str, Mutant] = {}
    files = [copy / path for path in sorted(needed)] + [copy / "macros" / f"{name}.sql" for name in MACROS]
    for path in files:
        if path.suffix == ".sql" and (path.parent.name == "macros" or path.relative_to(copy).parts[1] in LAYERS):
            _mark_file(path, path.relative_to(copy).as_posix(), mutants)
    dbt("compile", "--select", wanted)
    manifest = _manifest(folder)
    models = _models(manifest)
    # Tests of figures that lead to no indicator are tests all the same: evidence is one table.
    dbt("test", "--select", " ".join(f"{name},test_type:unit" for name in models))
    return Project(models, _unit_tests(_manifest(folder), folder, set(models)), mutants)


def _mark_file(path: Path, name: str, mutants: dict[str, Mutant]) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    chosen: list[tuple[str, Site]] = []
    for site in sites(text):
        mutant = f"m{len(mutants)}"
        line = text.count("\n", 0, site.start)
        before = " ".join(text[site.start : site.end].split())
        mutants[mutant] = Mutant(mutant, name, line + 1, before, site.after, site.rule, lines[line].strip())
        chosen.append((mutant, site))
    path.write_text(mark(text, chosen), encoding="utf-8")


def _manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def _models(manifest: dict[str, Any]) -> dict[str, Model]:
    models = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node.get("compiled_code"):
            parents = tuple(
                parent.split(".")[-1] for parent in node["depends_on"]["nodes"] if parent.startswith("model.")
            )
            models[node["name"]] = Model(node["name"], node["relation_name"], node["compiled_code"], parents)
    return models


def _unit_tests(manifest: dict[str, Any], folder: Path, models: set[str]) -> list[UnitTest]:
    found = []
    for test in manifest["unit_tests"].values():
        if test["model"] in models:
            (path,) = (folder / "target" / "run").rglob(f"{test['name']}.sql")
            found.append(UnitTest(test["name"], test["model"], path.read_text(encoding="utf-8")))
    return sorted(found, key=lambda test: test.name)
