"""The lineage of columns as data: traced once after a model changed, kept in `columns.json`, used only for models that are still as they were."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.contracts import Contract

FILE = Path(__file__).with_name("columns.json")
RAW = "raw"
"""In front of a ledger: its landed rows, which no schema of the warehouse holds."""
LANDED = re.compile(r"read_parquet\('[^']*/([a-z0-9_]+)/\*\.parquet'[^()]*\)")
Lineage = dict[str, dict[str, list[str]]]
"""By table (``schema.name``), then by column: the columns it is made of, as ``schema.name.column``."""


def traced(manifest: Mapping[str, Any], compiled_dir: Path, warehouse: Path, landing_dir: Path) -> Lineage:
    """The lineage of every model but those that are written from contracts, from the SQL that made a warehouse.

    Args:
        manifest: of dbt.
        compiled_dir: where dbt left the compiled SQL, by the path of each model.
        warehouse: that was built with it; its tables and columns are what names are resolved by.
        landing_dir: where the landed ledgers are that it was built from.

    Returns:
        columns without an entry are made of no column (a count, a constant), or it cannot be told exactly.
    """
    from dagster_project.lineage.trace import Query, Untold

    tables = _columns(warehouse, landing_dir)
    found: Lineage = {}
    for node in _models(manifest):
        name = table_of(node)
        sql = LANDED.sub(rf'"{RAW}"."\1"', (compiled_dir / node["original_file_path"]).read_text(encoding="utf-8"))
        try:
            query = Query(sql, tables)
        except Untold:
            continue
        if query.columns != tables.get(name):  # then what was traced is not what was built
            continue
        told = {}
        for number, column in enumerate(query.columns):
            try:
                sources = query.sources_of(number)
            except Untold:
                continue
            if sources:
                told[column] = [f"{table}.{source}" for table, source in sorted(sources)]
        if told:
            found[name] = told
    return found


def kept_text(lineage: Lineage, manifest: Mapping[str, Any]) -> str:
    """What is kept of a lineage: a line for each model, with the hash of the file that it was traced from."""
    lines = [
        f"{json.dumps(table)}: {json.dumps({'sha256': node['checksum']['checksum'], 'columns': lineage[table]})}"
        for node in sorted(_models(manifest), key=table_of)
        if (table := table_of(node)) in lineage
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def kept_lineage(manifest: Mapping[str, Any], contracts: Iterable[Contract], path: Path = FILE) -> Lineage:
    """What is known of the models of a manifest: kept of those that did not change since, and staging as its contracts have it.

    A column that its table no longer has is left out, on either side.
    """
    kept = json.loads(path.read_text(encoding="utf-8"))
    nodes = {table_of(node): node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")}
    columns = {table: set(node["columns"]) for table, node in nodes.items()}
    columns |= {f"{RAW}.{contract.ledger}": {c.name for c in contract.columns} for contract in contracts}
    found = {
        table: told["columns"]
        for table, told in kept.items()
        if table in nodes and nodes[table]["checksum"]["checksum"] == told["sha256"]
    }
    found |= {table: told for table, told in of_contracts(contracts).items() if table in nodes}
    return {table: _still_there(columns, table, told) for table, told in found.items()}


def of_contracts(contracts: Iterable[Contract]) -> Lineage:
    """The staging models that are written from contracts: each column is the landed one of its name."""
    return {
        f"staging.stg_{contract.domain}__{contract.ledger}": {
            column.name: [
                f"{RAW}.{contract.ledger}.{name}" for name in sorted({column.name, column.secret_if or column.name})
            ]
            for column in contract.columns
        }
        for contract in contracts
        if contract.staging == "generated"
    }


def table_of(node: Mapping[str, Any]) -> str:
    """``marts.fct_payments``."""
    return f"{node['schema']}.{node['name']}"


def _still_there(columns: Mapping[str, set[str]], table: str, told: Mapping[str, list[str]]) -> dict[str, list[str]]:
    there = {
        column: [
            source for source in sources if source.rpartition(".")[2] in columns.get(source.rpartition(".")[0], ())
        ]
        for column, sources in told.items()
        if column in columns[table]
    }
    return {column: sources for column, sources in there.items() if len(sources) == len(told[column])}


def _models(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The models that somebody wrote by hand."""
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "Written by `jixiao sources`" not in node["raw_code"]
    ]


def _columns(warehouse: Path, landing_dir: Path) -> dict[str, Sequence[str]]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        found: dict[str, Sequence[str]] = dict(
            connection.execute(
                """
                select schema_name || '.' || table_name, list(column_name order by column_index)
                from duckdb_columns() where database_name = 'warehouse' group by all
                """
            ).fetchall()
        )
        for folder in sorted(landing_dir.glob("[a-z]*")):
            if any(folder.glob("*.parquet")):
                rows = f"read_parquet('{folder}/*.parquet', union_by_name = true)"
                described = connection.execute(f"describe from {rows}").fetchall()
                found[f"{RAW}.{folder.name}"] = [name for name, *_ in described]
    return found
