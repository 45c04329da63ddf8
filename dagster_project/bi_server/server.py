"""Writing the tables of a version into a PostgreSQL server, in one transaction, through Arrow and COPY.

Tables that are defined as before get other rows, where theirs changed: readers go on meanwhile, each transaction with the version it began
with, and nobody waits for anybody. Where a definition changed, all tables are made anew beside the live ones and switched (`switching`).
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg2
import psycopg2.extensions

from dagster_project.bi_server.access import CONTENTS, SET_UP, SHAPE, noting, set_up, table_rights
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
    """What was written: how many tables and rows, how long the switch waited, where there was one, and what is left to tell."""

    tables: int
    rows: int
    switch_seconds: float = 0
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
        connection.set_session(isolation_level="READ COMMITTED")  # what is looked at here changes meanwhile
        yield connection


def fill(url: str, tables: Sequence[BiTable], patience_s: float, again: bool = False) -> Filled:
    """Make tables the live ones of a database; on any error the live ones stay as they were.

    Args:
        url: the address, with its password.
        tables: all of a version.
        patience_s: how long readers of the live tables are waited for, where a definition changed.
        again: make all of them anew.

    Raises:
        BiError: somebody else fills this database, a reader held it, or it is not ours to fill.
        psycopg2.Error, adbc_driver_manager.Error: the server is gone, or refuses.
    """
    schemas, shape = schemas_of(tables), shape_of(tables)
    with connected(url) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [LOCK_NUMBER])
            if not cursor.fetchall()[0][0]:
                raise BiError("另一个进程正在写入该库;请等它结束后再运行 jixiao postgres")
            set_up(cursor, schemas)
            cursor.execute(f"select table_name, content from {CONTENTS}")
            held = dict(cursor.fetchall())
            cursor.execute(
                "select count(to_regclass(name)) from unnest(%s) as name", [[each.full_name for each in tables]]
            )
            are_there = cursor.fetchall()[0][0] == len(tables)
        notes = remove_leftovers(connection, schemas)
        if again or not are_there or held.get(SHAPE) != shape:
            return _make_anew(url, connection, tables, shape, patience_s)
        changed = [table for table in tables if not table.content or held.get(table.full_name) != table.content]
        rows = _copy(url, changed, "", is_live=True)
        _clean(connection, changed)
    return Filled(len(changed), rows, notes=tuple(notes))


def shape_of(tables: Sequence[BiTable]) -> str:
    """A hash of how tables are defined: columns, types, comments, keys and rights."""
    return hashlib.sha256(";".join([*_definitions(tables, ""), *_finishing(tables, "")]).encode()).hexdigest()


def _make_anew(
    url: str, connection: psycopg2.extensions.connection, tables: Sequence[BiTable], shape: str, patience_s: float
) -> Filled:
    """Make all tables beside the live ones and switch."""
    suffix, schemas = fresh_suffix(), schemas_of(tables)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(";".join(_definitions(tables, suffix)))
        rows = _copy(url, tables, suffix, is_live=False)
        with connection, connection.cursor() as cursor:
            cursor.execute(";".join(_finishing(tables, suffix)))
        began = time.monotonic()
        noted = [
            f"delete from {CONTENTS} where table_name <> {literal(SET_UP)}",
            noting(SHAPE, shape),
            *(noting(each.full_name, each.content) for each in tables),
        ]
        switch(connection, tables, suffix, ";".join(noted), patience_s)
        waited = time.monotonic() - began
    finally:
        notes = []
        if not connection.closed:
            with contextlib.suppress(psycopg2.OperationalError):  # the server is gone: the next one removes them
                connection.rollback()
                notes = remove_leftovers(connection, schemas)
    return Filled(len(tables), rows, waited, tuple(notes))


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


def _copy(url: str, tables: Sequence[BiTable], suffix: str, is_live: bool) -> int:
    """Fill tables in one transaction, live ones in place of the rows they had; returns how many rows."""
    from adbc_driver_postgresql import dbapi

    rows = 0
    with dbapi.connect(_with_timeouts(url)) as connection, connection.cursor() as cursor:
        for table in tables:
            if is_live:
                cursor.execute(f"delete from {table.full_name}")
                cursor.execute(noting(table.full_name, table.content))
            rows += cursor.adbc_ingest(table.name, table.rows(), mode="append", db_schema_name=table.schema + suffix)
        connection.commit()
    return rows


def _clean(connection: psycopg2.extensions.connection, tables: Sequence[BiTable]) -> None:
    """Free the room of rows that are gone, and tell the planner of the new ones; readers are not held up."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"vacuum (analyze, truncate false) {table.full_name}")


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
