"""dbt's exposures: what stands on the published tables. Dashboards say it themselves; of documents it is read out of their code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from dagster_project.bi.bundle import NOTICE
from dagster_project.bi.declared import Declared
from dagster_project.bi.sources import Source

DOCUMENTS = Path(__file__).with_name("documents.yaml")
PACKAGE = Path(__file__).parents[1]
FOLLOWED = ("reporting", "portal")
"""The rooms in which imports are followed."""
NAMED = re.compile(r"\b(marts|evaluation|quality)\.([a-z_]+)\b")
NAMED_LATER = re.compile(r"\b(marts|evaluation|quality)\.(?:\{|$)")
"""A text that leaves the table to be put in: then plain texts that are names of tables count."""
OWNER = {"name": "办公厅行政处"}


def exposures_text(declared: Declared, sources: Mapping[str, Source], tables: Iterable[str]) -> str:
    """The property file of all exposures.

    Args:
        declared: the dashboards.
        sources: their datasets by name.
        tables: the published tables that dbt builds, ``schema.table``.
    """
    known = set(tables)
    told = [*_dashboards(declared, sources, known), *_documents(known)]
    return NOTICE + yaml.safe_dump({"version": 2, "exposures": told}, allow_unicode=True, sort_keys=False, width=160)


def _dashboards(declared: Declared, sources: Mapping[str, Source], known: set[str]) -> Iterator[dict[str, Any]]:
    for name, dashboard in declared.dashboards.items():
        used = {table for chart in dashboard.charts() for table in sources[chart.dataset].tables}
        yield _exposure(f"dashboard_{name}", f"看板:{dashboard.title}", "dashboard", dashboard.about, used & known)


def _documents(known: set[str]) -> Iterator[dict[str, Any]]:
    for name, told in yaml.safe_load(DOCUMENTS.read_text(encoding="utf-8")).items():
        read = tables_read_by([PACKAGE / room for room in told["rooms"]], known)
        yield _exposure(name, told["title"], told.get("kind", "analysis"), told["about"], read)


def _exposure(name: str, title: str, kind: str, about: str, tables: Iterable[str]) -> dict[str, Any]:
    return {
        "name": name,
        "label": title,
        "type": kind,
        "maturity": "high",
        "description": about,
        "owner": dict(OWNER),
        "depends_on": [f"ref('{table.partition('.')[2]}')" for table in sorted(tables)],
    }


def tables_read_by(rooms: Iterable[Path], known: set[str]) -> set[str]:
    """The published tables that the code of some rooms names, with what it imports of the rooms that are followed."""
    files = {path for room in rooms for path in (room.rglob("*.py") if room.is_dir() else [room])}
    waiting, found = list(files), set[str]()
    while waiting:
        tree = ast.parse(waiting.pop().read_text(encoding="utf-8"))
        found |= _named(tree, known)
        more = {path for module in _imported(tree) for path in _files_of(module)} - files
        files |= more
        waiting += more
    return found


def _named(tree: ast.Module, known: set[str]) -> set[str]:
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    found = {".".join(pair) for text in texts for pair in NAMED.findall(text)}
    for schema in {match[1] for text in texts if (match := NAMED_LATER.search(text))}:
        found |= {f"{schema}.{text}" for text in texts}
    return found & known


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files_of(module: str) -> Iterator[Path]:
    parts = module.split(".")
    if parts[0] == PACKAGE.name and len(parts) > 2 and parts[1] in FOLLOWED:
        path = PACKAGE.joinpath(*parts[1:])
        yield from (each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file())
