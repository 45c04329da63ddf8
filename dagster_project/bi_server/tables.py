"""The tables that PostgreSQL gets: those of the published file with types, comments and keys, and what each is read from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.bi_server.faults import BiError
from dagster_project.ingestion.sql import quoted

DEPARTMENT = "department_code"
PUBLIC = "public"
VISIBLE_TO = (PUBLIC, "internal", "audit")
"""Who may see a table, as the catalogue says it; whoever comes later sees what those before see."""
TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
"""What DuckDB calls a type, and PostgreSQL; decimals keep their digits."""
DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
LIST = "[]"
PUBLISHED = """
    select columns.schema_name, columns.table_name, tables.comment, columns.column_name, columns.data_type, columns.comment,
        coalesce(catalogue.key_columns, ''), coalesce(catalogue.visible_to, 'audit')
    from duckdb_columns() as columns join duckdb_tables() as tables using (database_name, schema_name, table_name)
    left join catalogue.tables as catalogue using (schema_name, table_name)
    where columns.database_name = current_database() order by columns.schema_name, columns.table_name, columns.column_index
"""


@dataclass(frozen=True)
class BiColumn:
    """A column with its type in PostgreSQL and what it is, Chinese first."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class BiTable:
    """A table: its columns, its key (empty: none), who may see it, and ``rows``, which gives them as Arrow when it is their turn.

    ``key_may_be_empty`` says that some key column has no value in some row, which a primary key does not allow. ``content`` stands for
    the rows: equal texts, equal rows; empty: nobody knows.
    """

    schema: str
    name: str
    comment: str
    columns: tuple[BiColumn, ...]
    key: tuple[str, ...]
    visible_to: str
    rows: Callable[[], Any] = field(repr=False)
    key_may_be_empty: bool = False
    content: str = ""

    @property
    def full_name(self) -> str:
        """Schema and name, as SQL writes them."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def is_by_department(self) -> bool:
        """Whether its rows are each of a department."""
        return any(column.name == DEPARTMENT for column in self.columns)


def published_tables(
    version_dir: Path, connection_of: Mapping[str, duckdb.DuckDBPyConnection], hashes: Mapping[str, str]
) -> list[BiTable]:
    """The tables of a version.

    Args:
        version_dir: its folder, which only messages name.
        connection_of: the open database that rows of tables for ``public``, ``internal`` and ``audit`` are read from; comments and
            keys come from that of ``audit``, which is the published file.
        hashes: of the Parquet files of the version, by their names in it.

    Raises:
        BiError: a column has a type that PostgreSQL does not get.
    """
    told = connection_of["audit"].execute(PUBLISHED).fetchall()
    found: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in told:
        found.setdefault((row[0], row[1]), []).append(row)
    tables = []
    for (schema, name), columns in found.items():
        _, _, comment, _, _, _, key_text, visible_to = columns[0]
        key = tuple(key_text.split(", ")) if key_text else ()
        if visible_to not in VISIBLE_TO:
            raise BiError(
                f"{version_dir.name} 的 {schema}.{name} 可查看范围写成 {visible_to};应为 {'、'.join(VISIBLE_TO)}"
            )
        connection = connection_of[visible_to]
        tables.append(
            BiTable(
                schema,
                name,
                comment or "",
                tuple(BiColumn(row[3], type_of(row[4], f"{schema}.{name}.{row[3]}"), row[5] or "") for row in columns),
                key,
                visible_to,
                _reader(connection, schema, name),
                _has_gaps(connection, schema, name, key),
                hashes.get(f"{schema}/{name}.parquet", ""),
            )
        )
    return tables


def type_of(duckdb_type: str, column: str) -> str:
    """The type of a column in PostgreSQL.

    Raises:
        BiError: there is none that keeps every value.
    """
    if duckdb_type.endswith(LIST):
        return type_of(duckdb_type.removesuffix(LIST), column) + LIST
    if digits := DECIMAL.fullmatch(duckdb_type):
        return f"numeric({digits[1]},{digits[2]})"
    if duckdb_type not in TYPES:
        raise BiError(
            f"{column} 的类型 {duckdb_type} 不能写入 PostgreSQL;请数据工程师在该模型中改用 {'、'.join(TYPES)} 或 DECIMAL"
        )
    return TYPES[duckdb_type]


def schemas_of(tables: Iterable[BiTable]) -> list[str]:
    """The schemas of tables, in order."""
    return sorted({table.schema for table in tables})


def _reader(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> Callable[[], Any]:
    return lambda: connection.cursor().execute(f"select * from {quoted(schema)}.{quoted(name)}").to_arrow_reader()


def _has_gaps(connection: duckdb.DuckDBPyConnection, schema: str, name: str, key: tuple[str, ...]) -> bool:
    if not key:
        return False
    empty = " or ".join(f"{quoted(column)} is null" for column in key)
    query = f"select exists (select 1 from {quoted(schema)}.{quoted(name)} where {empty})"
    return bool(connection.execute(query).fetchall()[0][0])
