"""What a build of dbt found wrong, in words: what it means, who mends it, and rows that show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster_project.building.manifest import MANIFEST
from dagster_project.quality.broken_rows import RowNames
from dagster_project.settings import Settings


def forget_last_run(settings: Settings) -> None:
    """Remove what the build before said, so that a dbt that dies early is not told in its words."""
    _run_results(settings).unlink(missing_ok=True)


def dbt_failures(settings: Settings) -> list[str]:
    """One text for each broken model, seed and test of the last build; empty where all is well or dbt said nothing.

    Rows that break a test are read from the view that dbt keeps of them in the schema ``failures`` of the warehouse.
    """
    if not _run_results(settings).is_file():
        return []
    nodes = _json(settings.dbt_target_dir / MANIFEST)["nodes"]
    broken = [one for one in _json(_run_results(settings))["results"] if one["status"] in ("fail", "error")]
    if not broken:
        return []
    if not settings.warehouse_path.is_file():
        return [_broken_model(nodes[one["unique_id"]], one["message"]) for one in broken]
    with RowNames(settings, nodes, is_built=False) as names:
        return [
            _broken_test(names, nodes, nodes[one["unique_id"]])
            if one["status"] == "fail"
            else names.with_files(_broken_model(nodes[one["unique_id"]], one["message"]))
            for one in broken
        ]


def _broken_test(names: RowNames, nodes: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    meaning = " ".join((node["description"] or node["name"]).split())
    rows = names.of_query(*names.of_test(nodes, node))
    return f"{node['name']}:{meaning} {rows.text()}"


def _broken_model(node: Mapping[str, Any], message: str) -> str:
    """Dbt's message without the line that says which file: the table is enough, and the file is in the log."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    detail = " ".join(lines[1:] or lines).removeprefix("Invalid Input Error: ")
    table = f"{node['schema']}.{node['name']}"
    return detail if detail.startswith(table) else f"{table}: {detail}"


def _run_results(settings: Settings) -> Path:
    return settings.dbt_target_dir / "run_results.json"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
