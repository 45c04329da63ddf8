"""What a build of dbt found wrong, in words: what it means, who mends it, and rows that show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster_project.building.manifest import MANIFEST
from dagster_project.settings import Settings

SHOWN_ROWS = 3


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
    results = _json(_run_results(settings))["results"]
    return [
        _broken_test(settings, nodes[result["unique_id"]], result["failures"])
        if result["status"] == "fail"
        else _broken_model(nodes[result["unique_id"]], result["message"])
        for result in results
        if result["status"] in ("fail", "error")
    ]


def _broken_test(settings: Settings, node: Mapping[str, Any], count: int) -> str:
    meaning = " ".join((node["description"] or node["name"]).split())
    return (
        f"{node['name']}:{meaning} 共 {count} 行,如 {';'.join(_rows(settings.warehouse_path, node['relation_name']))}"
    )


def _broken_model(node: Mapping[str, Any], message: str) -> str:
    """Dbt's message without the line that says which file: the table is enough, and the file is in the log."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    detail = " ".join(lines[1:] or lines).removeprefix("Invalid Input Error: ")
    table = f"{node['schema']}.{node['name']}"
    return detail if detail.startswith(table) else f"{table}: {detail}"


def _rows(warehouse: Path, view: str) -> list[str]:
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(f"select * from {view} order by all limit {SHOWN_ROWS}")
        names = [column[0] for column in rows.description]
        return [
            ", ".join(f"{name} {'(空)' if value is None else value}" for name, value in zip(names, row, strict=True))
            for row in rows.fetchall()
        ]


def _run_results(settings: Settings) -> Path:
    return settings.dbt_target_dir / "run_results.json"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
