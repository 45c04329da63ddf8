"""Tables whose definition changed are switched by renaming schemas, in one transaction that waits for readers, but not for ever.

A table that was renamed or made anew is no matter of snapshots: who looked at the database before would find it empty, or another. So the
switch takes all live tables for itself before it renames, and no transaction finds tables of two versions. Whoever comes meanwhile waits
for the rename, a few hundredths of a second, and then finds the new tables. All locks are asked for in one statement that ends itself
before PostgreSQL looks for deadlocks (a second): a reader is never the one that is given up.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence

import psycopg2
import psycopg2.extensions

from dagster_project.bi_server.access import schema_rights
from dagster_project.bi_server.faults import BiError
from dagster_project.bi_server.tables import BiTable, schemas_of
from dagster_project.ingestion.sql import quoted

FRESH, OLD = "__fresh_", "__old_"
LOCK_MS = (50, 100, 200, 400, 700)
"""How long each try to take the tables may last; the last as often as patience lasts. Below `deadlock_timeout`, a second."""
PAUSE_S = 0.1
READERS = """
    select distinct activity.pid, activity.usename, activity.application_name from pg_locks as locks
    join pg_stat_activity as activity using (pid)
    where locks.granted and locks.relation = any (%s::oid[]) and activity.pid <> pg_backend_pid() order by 1
"""
LOOKING = """
    select virtualxid from pg_locks as locks join pg_stat_activity as activity using (pid)
    where locktype = 'virtualxid' and datname = current_database() and backend_type = 'client backend'
        and backend_xmin is not null and pid <> pg_backend_pid()
"""
STILL_LOOKING = """
    select distinct activity.pid, activity.usename, activity.application_name from pg_locks as locks
    join pg_stat_activity as activity using (pid) where locktype = 'virtualxid' and virtualxid = any (%s) order by 1
"""
SHOWN_READERS = 3


def fresh_suffix() -> str:
    """What the names of fresh schemas end in until they are switched."""
    return FRESH + secrets.token_hex(4)


def switch(
    connection: psycopg2.extensions.connection, tables: Sequence[BiTable], suffix: str, also: str, patience_s: float
) -> None:
    """Make fresh tables the live ones, in one transaction.

    Args:
        connection: outside of a transaction, not in autocommit.
        tables: those of the version; their schemas with ``suffix`` hold them.
        suffix: of `fresh_suffix`.
        also: statements of the same transaction.
        patience_s: how long readers of the live tables are waited for.

    Raises:
        BiError: a reader held them all the time; the live tables are as they were.
    """
    until, tries = time.monotonic() + patience_s, 0
    looking = _looking_at_the_past(connection)
    while True:
        with connection.cursor() as cursor:
            try:
                holders = _sessions(cursor, STILL_LOOKING, looking)
                if not holders:
                    live = _take_live_tables(cursor, schemas_of(tables), LOCK_MS[min(tries, len(LOCK_MS) - 1)])
                    _rename(cursor, tables, live, suffix)
                    cursor.execute(also)
                    connection.commit()
                    return
            except (psycopg2.errors.QueryCanceled, psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected):
                connection.rollback()
                holders = _readers(cursor, schemas_of(tables))
            connection.rollback()
        if time.monotonic() > until:
            shown = "、".join(
                f"{user}({program or '程序不明'},进程 {pid})" for pid, user, program in holders[:SHOWN_READERS]
            )
            raise BiError(
                f"等了 {patience_s:g} 秒,仍有会话在读上一版本:{shown or '已离开'};读者仍看到上一版本。"
                "请让它们结束事务(提交或断开),再运行 jixiao postgres,或等下一夜"
            )
        tries += 1
        time.sleep(PAUSE_S)


def remove_leftovers(connection: psycopg2.extensions.connection, schemas: Sequence[str]) -> list[str]:
    """Remove fresh schemas that a publish was killed over, and old ones; returns what could not be removed, in lines for people.

    Args:
        connection: outside of a transaction, not in autocommit.
        schemas: the live ones, whose names these begin with.
    """
    pattern = f"^({'|'.join(schemas)})({FRESH}|{OLD})[0-9a-f]{{8}}$"
    with connection.cursor() as cursor:
        cursor.execute("select nspname from pg_namespace where nspname ~ %s order by nspname", [pattern])
        left = [name for (name,) in cursor.fetchall()]
        connection.commit()
        notes = []
        for name in left:
            try:
                cursor.execute("set local lock_timeout = '2s'")
                if places := [place for place, _ in _tables_in(cursor, [name])]:
                    cursor.execute(f"drop table {', '.join(places)}")
                cursor.execute(f"drop schema {quoted(name)}")
                connection.commit()
            except psycopg2.errors.LockNotAvailable:  # the next publish removes it
                connection.rollback()
            except psycopg2.errors.DependentObjectsStillExist as error:
                connection.rollback()
                detail = " ".join((error.diag.message_detail or "").split())
                notes.append(
                    f"旧版本的模式 {name} 没有删除,有其他对象依赖它:{detail[:200]};请删除这些对象,它们看到的是旧数据"
                )
        return notes


def _looking_at_the_past(connection: psycopg2.extensions.connection) -> list[str]:
    """Transactions that may look at the database as it was before the fresh tables were filled, and would find them empty."""
    with connection, connection.cursor() as cursor:
        cursor.execute(LOOKING)
        return [number for (number,) in cursor.fetchall()]


def _take_live_tables(cursor: psycopg2.extensions.cursor, schemas: Sequence[str], milliseconds: int) -> list[str]:
    """Lock all tables of the live schemas; returns which of the schemas are there."""
    cursor.execute("select nspname from pg_namespace where nspname = any (%s) order by nspname", [list(schemas)])
    live = [name for (name,) in cursor.fetchall()]
    if places := [place for place, _ in _tables_in(cursor, live)]:
        cursor.execute(f"set local statement_timeout = {milliseconds}")
        cursor.execute(f"lock table {', '.join(places)} in access exclusive mode")
        cursor.execute("set local statement_timeout = 0")
    return live


def _rename(cursor: psycopg2.extensions.cursor, tables: Sequence[BiTable], live: Sequence[str], suffix: str) -> None:
    old = OLD + suffix.removeprefix(FRESH)
    statements = [f"alter schema {quoted(name)} rename to {quoted(name + old)}" for name in live]
    for schema in schemas_of(tables):
        statements.append(f"alter schema {quoted(schema + suffix)} rename to {quoted(schema)}")
        statements.append(schema_rights(list(tables), schema))
    cursor.execute(";".join(statements))


def _tables_in(cursor: psycopg2.extensions.cursor, schemas: Sequence[str]) -> list[tuple[str, int]]:
    """The tables of schemas, quoted, with their numbers."""
    cursor.execute(
        """
        select format('%%I.%%I', nspname, relname), pg_class.oid from pg_class join pg_namespace on relnamespace = pg_namespace.oid
        where nspname = any (%s) and relkind in ('r', 'p') order by 1
        """,
        [list(schemas)],
    )
    return cursor.fetchall()


def _readers(cursor: psycopg2.extensions.cursor, schemas: Sequence[str]) -> list[tuple[int, str, str]]:
    return _sessions(cursor, READERS, [number for _, number in _tables_in(cursor, schemas)])


def _sessions(cursor: psycopg2.extensions.cursor, query: str, about: object) -> list[tuple[int, str, str]]:
    cursor.execute(query, [about])
    return cursor.fetchall()
