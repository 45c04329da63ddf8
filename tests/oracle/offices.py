"""Warehouses of changed offices, made from the sample's by the statements that dbt ran there: seconds, not a night each."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.contracts.model import load_contracts
from dagster_project.ingestion.landing import land_drop
from dagster_project.ingestion.submissions import LOG_NAME
from dagster_project.settings import Settings
from oracle.drop import DEPARTMENT
from oracle.editor import LEDGERS


@dataclass(frozen=True)
class Base:
    """An office that has been built, from which others are made."""

    raw_dir: Path
    landing_dir: Path
    database: Path
    dbt_dir: Path
    dbt_landing_dir: Path

    @classmethod
    def of(cls, settings: Settings) -> Base:
        """What a night has built."""
        return cls(
            settings.raw_dir,
            settings.landing_dir,
            settings.warehouse_path,
            settings.dbt_target_dir,
            settings.landing_dir,
        )


def changed_office(base: Base, raw: Path, folder: Path) -> Base:
    """Another office: like the base, but with these raw files."""
    landing, changed = land(base, raw, folder)
    database = build(base, landing, changed, folder)
    return Base(raw, landing, database, base.dbt_dir, base.dbt_landing_dir)


WANTED = ("indicators", "indicator_components", "duty_indicators", "scorecard")


def land(origin: Base, raw: Path, folder: Path) -> tuple[Path, set[str]]:
    """The landing zone of a changed office, and the ledgers in which it differs from the one it comes from.

    A changed file lands as a first hand-in: it is what this office had from the beginning, and replaces nothing.
    """
    landing = folder / "landing"
    shutil.copytree(origin.landing_dir, landing, copy_function=os.link)
    log = landing / LOG_NAME
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    log.unlink()
    changed: set[str] = set()
    kept = []
    for entry in entries:
        name = entry["file"]
        if entry["ledger"] in LEDGERS and not ((raw / name).exists() and _same(raw / name, origin.raw_dir / name)):
            changed.add(entry["ledger"])
        else:
            kept.append(json.dumps(entry, ensure_ascii=False))
    log.write_text("\n".join(kept) + "\n", encoding="utf-8")
    others = [
        path
        for ledger in LEDGERS
        for path in (raw / ledger).rglob("*")
        if path.is_file() and not _same(path, origin.raw_dir / path.relative_to(raw))
    ]
    if others:
        report = land_drop(raw, landing, load_contracts(), DEPARTMENT, only=others)
        refused = [entry.reason for entry in report.entries if entry.status != "landed"]
        assert not refused, refused
        changed |= {path.relative_to(raw).parts[0] for path in others}
    return landing, changed


def _same(one: Path, other: Path) -> bool:
    return other.exists() and (one.samefile(other) or one.read_bytes() == other.read_bytes())


def build(origin: Base, landing: Path, changed: set[str], folder: Path, wanted: Collection[str] = WANTED) -> Path:
    """The warehouse of a changed office: the tables that read a changed ledger are made again."""
    manifest = json.loads((origin.dbt_dir / "manifest.json").read_text(encoding="utf-8"))
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    needed: set[str] = set()
    waiting = [key for key, node in models.items() if node["name"] in wanted]
    while waiting:
        key = waiting.pop()
        if key not in needed:
            needed.add(key)
            waiting += [parent for parent in models[key]["depends_on"]["nodes"] if parent in models]
    database = folder / "warehouse.duckdb"
    shutil.copyfile(origin.database, database)
    stale: dict[str, bool] = {}

    def is_stale(key: str) -> bool:
        """A staging view of an unchanged ledger reads the same rows, although the log of submissions is another."""
        if key not in stale:
            parents = models[key]["depends_on"]["nodes"]
            own = any(
                parent.startswith("source.") and (parent.split(".")[-1] in changed or ".landing_log." in parent)
                for parent in parents
            )
            ledger = models[key]["name"].startswith("stg_") and not models[key]["name"].startswith("stg_quality")
            stale[key] = own or (not ledger and any(is_stale(parent) for parent in parents if parent in models))
        return stale[key]

    done: set[str] = set()
    with duckdb.connect(str(database)) as connection:
        connection.execute("set threads = 2")

        def make(key: str) -> None:
            if key in done or key not in needed:
                return
            done.add(key)
            for parent in models[key]["depends_on"]["nodes"]:
                make(parent)
            if is_stale(key):
                _make_again(connection, models[key], origin, landing)

        for key in sorted(needed):
            make(key)
    return database


def _make_again(connection: Any, node: dict[str, Any], origin: Base, landing: Path) -> None:
    """Run what dbt ran for the model, on the other landing zone."""
    statement = (origin.dbt_dir / "run" / "jixiao" / node["original_file_path"]).read_text(encoding="utf-8")
    statement = statement.replace(f"{node['alias']}__dbt_tmp", node["alias"])
    statement = statement.replace(str(origin.dbt_landing_dir), str(landing))
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    connection.execute(f'drop {kind} if exists "{node["schema"]}"."{node["alias"]}"')
    connection.execute(statement)
