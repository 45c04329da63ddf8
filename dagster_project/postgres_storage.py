"""Dagster's runs, events and schedules in PostgreSQL, with connections that stay open: a night stores thousands of events."""

from __future__ import annotations

from typing import Any

import sqlalchemy
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage
from dagster_postgres.utils import create_pg_engine, pg_url_from_config

from dagster_project.dagster_runs import PlacedRuns
from dagster_project.postgres_address import CONNECT_S

OPEN, AT_MOST = 1, 20
"""Connections that a process keeps, and that it may open besides while it is busy."""


def _engine(url: str) -> sqlalchemy.Engine:
    """An engine that keeps its connections, and asks each whether it still lives: a server that was restarted is no error."""
    return create_pg_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=OPEN,
        max_overflow=AT_MOST,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_S},
    )


class PostgresRuns(PlacedRuns, PostgresRunStorage):
    """Dagster's runs in PostgreSQL; a run in process is stored with the place of its job."""

    def __init__(self, postgres_url: str, **options: Any):
        super().__init__(postgres_url, **options)
        self._engine = _engine(postgres_url)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> PostgresRuns:
        """Dagster's way to make one from dagster.yaml."""
        return cls(pg_url_from_config(config_value), inst_data=inst_data)

    def dispose(self) -> None:
        """Close every connection."""
        self._engine.dispose()


class PostgresEvents(PostgresEventLogStorage):
    """Dagster's event log in PostgreSQL."""

    def __init__(self, postgres_url: str, **options: Any):
        self._tables: set[str] = set()
        super().__init__(postgres_url, **options)
        self._engine = _engine(postgres_url)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> PostgresEvents:
        """Dagster's way to make one from dagster.yaml."""
        return cls(pg_url_from_config(config_value), inst_data=inst_data)

    def has_table(self, table_name: str) -> bool:
        """Whether there is a table; Dagster asks with every event, and tables do not go away."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close every connection."""
        super().dispose()
        self._engine.dispose()


class PostgresSchedules(PostgresScheduleStorage):
    """Dagster's schedules and their ticks in PostgreSQL."""

    def __init__(self, postgres_url: str, **options: Any):
        super().__init__(postgres_url, **options)
        self._engine = _engine(postgres_url)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> PostgresSchedules:
        """Dagster's way to make one from dagster.yaml."""
        return cls(pg_url_from_config(config_value), inst_data=inst_data)

    def dispose(self) -> None:
        """Close every connection."""
        self._engine.dispose()
