"""A SQLAlchemy dialect with which Great Expectations reads a DuckDB file: results must outlive the connection's rollback."""

from __future__ import annotations

import warnings
from typing import Any

from duckdb_engine import Dialect, DuckDBEngineWarning
from sqlalchemy.dialects import registry

from dagster_project.settings import PUBLISHED_SCHEMAS

warnings.filterwarnings("ignore", category=DuckDBEngineWarning)


class ReadOnlyDialect(Dialect):
    """duckdb-engine without transactions.

    Great Expectations reads a result after its connection went back to the pool; the pool's rollback would empty it.
    Nothing is written here, so there is nothing to begin, commit or roll back.
    """

    supports_statement_cache = False
    schemas: tuple[str, ...] = PUBLISHED_SCHEMAS
    """Where tables are looked for that are named without their schema."""

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Connect, and look for tables in the published schemas: some metrics name a table without its schema.

        In the processes that check side by side, DuckDB would take itself for interactive, and draw a bar of progress
        into what the night prints.
        """
        connection = super().connect(*args, **kwargs)
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"set search_path = '{','.join(self.schemas)}'")
        return connection

    def get_pk_constraint(self, *args: Any, **kwargs: Any) -> Any:
        """No keys: published tables declare none, and to look them up in the catalogue takes longer than to check them."""
        return {"constrained_columns": [], "name": None}

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing to begin."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing to commit."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing to roll back."""


class LandedDialect(ReadOnlyDialect):
    """The same for a warehouse whose ledgers are looked at, too."""

    schemas = (*PUBLISHED_SCHEMAS, "staging")


def register() -> None:
    """Make ``duckdb+readonly://`` and ``duckdb+landed://`` known to SQLAlchemy."""
    registry.register("duckdb.readonly", __name__, "ReadOnlyDialect")
    registry.register("duckdb.landed", __name__, "LandedDialect")
