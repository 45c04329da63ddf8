"""Writing tables into a PostgreSQL server: beside the live ones, filled through Arrow and COPY, with comments, keys and rights; then the switch."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg2
import psycopg2.extensions

from dagster_project.bi_server.access import set_up, table_rights
from dagster_project.bi_server.faults import BiError
from dagster_project.bi_server.switching import fresh_suffix, remove_leftovers, switch
from dagster_project.bi_server.tables import BiTable, schemas_of
from dagster_project.ingestion.sql import literal, quoted

LOCK_NUMBER = 7_118_205_001
"""Of the advisory lock that one publisher holds; any number that nobody else takes."""
CONNECT_S, SILENCE_MS = 5, 30_000
"""How long a server gets to answer at first, and until one whose machine is gone counts as gone."""


@dataclass(frozen=True)
class Filled:
    """What was written: how many tables and rows, how long filling and the switch took, and what is left to tell."""

    tables: int
    rows: int
    fill_seconds: float
    switch_seconds: float
    notes: tuple[str, ...] = ()


@contextlib.contextmanager
def connected(url: str) -> Iterator[psycopg2.extensions.connection]:
    """A connection that is closed at the end."""
    with contextlib.closing(
        psycopg2.connect(
            url,
            connect_timeout=CONNECT_S,
            tcp_user_timeout=SILENCE_MS,
            application_name="jixiao",
            client_encoding="UTF8",
        )
    ) as connection:
        yield connection


def fill(url: str, tables: Sequence[BiTable], patience_s: float) -> Filled:
    """Make tables the live ones of a database; on any error the live ones stay as they were.

    Args:
        url: the address, with its password.
        tables: all of a version.
        patience_s: how long readers of the live tables are waited for.

    Raises:
        BiError: somebody else fills this database, a reader held it, or it is not ours to fill.
        psycopg2.Error, adbc_driver_manager.Error: the server is gone, or refuses.
    """
    began, suffix, schemas = time.monotonic(), fresh_suffix(), schemas_of(tables)
    with connected(url) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [LOCK_NUMBER])
            if not cursor.fetchall()[0][0]:
                raise BiError("另一个进程正在写入该库;请等它结束后再运行 jixiao postgres")
            set_up(cursor, schemas)
        remove_leftovers(connection, schemas)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(";".join(_definitions(tables, suffix)))
            rows = _copy(url, tables, suffix)
            with connection, connection.cursor() as cursor:
                cursor.execute(";".join(_finishing(tables, suffix)))
            filled_at = time.monotonic()
            switch(connection, tables, suffix, patience_s)
            switched_at = time.monotonic()
        except BiError:
            remove_leftovers(connection, schemas)
            raise
        notes = remove_leftovers(connection, schemas)
    return Filled(len(tables), rows, filled_at - began, switched_at - filled_at, tuple(notes))


def _definitions(tables: Sequence[BiTable], suffix: str) -> Iterator[str]:
    """The statements that make fresh schemas and tables, with comments and rights."""
    for schema in schemas_of(tables):
        yield f"create schema {quoted(schema + suffix)}"
    for table in tables:
        place = _place(table, suffix)
        yield f"create table {place} ({', '.join(f'{quoted(each.name)} {each.type}' for each in table.columns)})"
        if table.comment:
            yield f"comment on table {place} is {literal(table.comment)}"
        for column in table.columns:
            if column.comment:
                yield f"comment on column {place}.{quoted(column.name)} is {literal(column.comment)}"
        yield from table_rights(table, place)


def _copy(url: str, tables: Sequence[BiTable], suffix: str) -> int:
    """Fill the fresh tables in one transaction; returns how many rows."""
    from adbc_driver_postgresql import dbapi

    rows = 0
    with dbapi.connect(_with_timeouts(url)) as connection, connection.cursor() as cursor:
        for table in tables:
            rows += cursor.adbc_ingest(table.name, table.rows(), mode="append", db_schema_name=table.schema + suffix)
        connection.commit()
    return rows


def _with_timeouts(url: str) -> str:
    sign = "&" if "?" in url else "?"
    return f"{url}{sign}connect_timeout={CONNECT_S}&tcp_user_timeout={SILENCE_MS}&application_name=jixiao"


def _finishing(tables: Sequence[BiTable], suffix: str) -> Iterator[str]:
    """The statements that follow the rows: keys, and what the planner knows of the tables."""
    for table in tables:
        place = _place(table, suffix)
        if table.key:
            key = ", ".join(map(quoted, table.key))
            kind = "unique nulls not distinct" if table.key_may_be_empty else "primary key"
            yield f"alter table {place} add {kind} ({key})"
        yield f"analyze {place}"


def _place(table: BiTable, suffix: str) -> str:
    return f"{quoted(table.schema + suffix)}.{quoted(table.name)}"
