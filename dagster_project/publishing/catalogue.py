"""The tables of schema `catalogue` in a version: they say what the other tables are. Their rows come from `dagster_project.dictionary.catalogue`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.ingestion.sql import literal, quoted

SCHEMA = "catalogue"


@dataclass(frozen=True)
class CatalogueTable:
    """One table of the catalogue.

    ``types`` are its columns in order with their SQL types. Its rows are ``rows``, of which those that name a table (``table``) that
    the version lacks are left out, or what the seeds ``seeds`` of the warehouse hold, one after the other.
    """

    types: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]] = ()
    seeds: Sequence[str] = field(default_factory=tuple)


def write_catalogue(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Mapping[str, int],
    catalogue: Mapping[str, CatalogueTable],
) -> dict[str, int]:
    """Write the tables of the catalogue as Parquet; returns their row counts by ``schema/table``.

    Args:
        connection: has the warehouse attached as ``warehouse``.
        folder: of the version that is written.
        tables: row counts of the other tables by ``schema/table``; a column ``row_count`` of a row that names a table gets its count.
        catalogue: by the name of the table.
    """
    if not catalogue:
        return {}
    (folder / SCHEMA).mkdir(exist_ok=True)
    known = dict(tables) | {f"{SCHEMA}/{name}": 0 for name in catalogue}
    written: dict[str, int] = {}
    # Those that count the rows of others come last.
    for name, table in sorted(catalogue.items(), key=lambda item: ("row_count" in item[1].types, item[0])):
        rows = [row for row in table.rows if _is_there(row, known)]
        counts = known | written | {f"{SCHEMA}/{name}": len(rows)}
        if "row_count" in table.types:
            rows = [dict(row) | {"row_count": counts[f"{row['schema_name']}/{row['table_name']}"]} for row in rows]
        query = _of_rows(table, rows) if not table.seeds else _of_seeds(connection, table)
        copy = f"copy ({query} order by all) to {literal(f'{folder / SCHEMA / name}.parquet')} (format parquet, compression zstd)"
        written[f"{SCHEMA}/{name}"] = int(connection.execute(copy).fetchall()[0][0])
    return written


def _is_there(row: Mapping[str, Any], known: Mapping[str, int]) -> bool:
    places = [(f"{side}schema_name", f"{side}table_name") for side in ("", "to_")]
    return all(f"{row[schema]}/{row[table]}" in known for schema, table in places if table in row)


def _of_rows(table: CatalogueTable, rows: Sequence[Mapping[str, Any]]) -> str:
    shape = json.dumps([dict(table.types)])
    told = json.dumps([{name: row.get(name) for name in table.types} for row in rows], ensure_ascii=False)
    return f"select unnest(from_json({literal(told)}, {literal(shape)}), recursive := true)"


def _of_seeds(connection: duckdb.DuckDBPyConnection, table: CatalogueTable) -> str:
    """Seeds with the columns of the table behind their own name, as far as they were built."""
    built = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = 'seeds'"
    ).fetchall()
    seeds = [name for name in table.seeds if (name,) in built]
    first, *others = (f"{quoted(name)}::{kind} as {quoted(name)}" for name, kind in table.types.items())
    listed = [
        f"select {literal(name)} as {first.rpartition(' as ')[2]}, {', '.join(others)} from warehouse.seeds.{quoted(name)}"
        for name in seeds
    ]
    nothing = ", ".join(f"null::{kind} as {quoted(name)}" for name, kind in table.types.items())
    return f"select * from ({' union all '.join(listed) or f'select {nothing} where false'})"
