"""The tables of a version, as Parquet and as one DuckDB file, and what the warehouse says of itself."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.publishing.catalogue import CatalogueTable, write_catalogue
from dagster_project.publishing.comments import TableComment, comment_statements
from dagster_project.publishing.proof import DATABASE, PublishError

if TYPE_CHECKING:
    from dagster_project.privacy.tables import Masking

STORAGE = "storage_version 'v1.2.0', block_size 16384"
"""Drivers of BI tools lag behind; such a file opens in DuckDB 1.2 and later. Most tables are small, and each takes a block or more."""

NO_CATALOGUE: Mapping[str, CatalogueTable] = {}


def built_as_of(warehouse: Path) -> str:
    """The past moment that a warehouse was built for, as dbt noted it there; empty for a warehouse of its own day."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        noted = "database_name = 'warehouse' and schema_name = 'building' and table_name = 'as_of'"
        if not connection.execute(f"select 1 from duckdb_tables() where {noted}").fetchall():
            return ""
        return str(connection.execute("select max(as_of) from warehouse.building.as_of").fetchall()[0][0])


def write_parquet(
    warehouse: Path,
    folder: Path,
    schemas: Sequence[str],
    masking: Masking | None = None,
    catalogue: Mapping[str, CatalogueTable] = NO_CATALOGUE,
) -> dict[str, int]:
    """Each table as Parquet in a total order, so that the same content gives the same bytes; returns row counts.

    With ``masking`` no personal data go along: their texts are replaced as they are copied. The ``catalogue`` of the tables comes last.
    """
    replacements = masking.replacements(warehouse, schemas) if masking else None
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        found = connection.execute(
            """
            select schema_name || '/' || table_name from duckdb_tables()
            where database_name = 'warehouse' and list_contains(?, schema_name) order by all
            """,
            [list(schemas)],
        ).fetchall()
        names = [name for (name,) in found]
        if not names:
            raise PublishError(f"{warehouse} 中没有可发布的表;请先运行 jixiao nightly")
        instead = replacements.relations(connection, "warehouse") if replacements else {}

        def write(name: str) -> int:
            (folder / name).parent.mkdir(exist_ok=True)
            query = f"select * from {instead.get(name) or 'warehouse.' + name.replace('/', '.')} order by all"
            copy = f"copy ({query}) to '{folder / name}.parquet' (format parquet, compression zstd)"
            return int(connection.cursor().execute(copy).fetchall()[0][0])

        # A thread a core, each with a table: one table on all cores would not always give the same bytes.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            tables = dict(zip(names, pool.map(write, names), strict=True))
        return tables | write_catalogue(connection, folder, tables, catalogue)


def write_database(folder: Path, tables: dict[str, int], comments: Mapping[str, TableComment]) -> None:
    """Read the Parquet files of a folder into one DuckDB file beside them, with comments on tables and columns."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"attach '{folder / DATABASE}' as published ({STORAGE})")
        connection.execute("begin")
        for name in tables:
            schema, table = name.split("/")
            connection.execute(f"create schema if not exists published.{schema}")
            connection.execute(
                f"create table published.{schema}.{table} as select * from read_parquet('{folder / name}.parquet')"
            )
            if name in comments:
                told = connection.execute(f"describe published.{schema}.{table}").fetchall()
                connection.execute(
                    ";".join(comment_statements("published", name, [row[0] for row in told], comments[name]))
                )
        connection.execute("commit")
        connection.execute("checkpoint published")
        connection.execute("detach published")
