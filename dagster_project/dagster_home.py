"""Dagster's own storage: its folder, its settings, an event log that keeps up with a night, and what runs it accepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
import yaml
from dagster import DagsterInstance, DagsterRun, QueuedRunCoordinator
from dagster._core.run_coordinator import SubmitRunContext
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS, create_db_conn_string

from dagster_project.as_of import parse_as_of
from dagster_project.dagster_runs import Runs
from dagster_project.on_disk import holds_text, write_whole
from dagster_project.postgres_address import postgres_url, try_postgres
from dagster_project.settings import POSTGRES_VARIABLE, Settings


def open_instance(settings: Settings) -> DagsterInstance:
    """Dagster with its storage, in the build folder or in the PostgreSQL of the settings; whoever opens it closes it.

    Raises:
        StorageError: PostgreSQL is asked for and cannot be used.
    """
    if url := postgres_url(settings):
        try_postgres(url)
        settings.hand_on_postgres(url)
    prepare_home(settings, is_postgres=bool(url))
    return DagsterInstance.from_config(str(settings.dagster_home))


def prepare_home(settings: Settings, *, is_postgres: bool = False) -> None:
    """Make the folder and its settings: no telemetry, no invitation on the first visit, runs as the office sees them, the storage, the run coordinator below, one run at a time.

    A limit by tag would not hold of runs that somebody starts for single assets: they have no tag of the job. They all write
    the same warehouse, so they wait for each other, whoever asked for them.
    """
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        **(_in_postgres() if is_postgres else _in_files(settings)),
        "run_coordinator": _made_by(TypedRuns.__name__, __name__, max_concurrent_runs=1),
    }
    path, text = settings.dagster_home / "dagster.yaml", yaml.safe_dump(told, sort_keys=False, allow_unicode=True)
    if not holds_text(path, text):
        write_whole(path, text.encode())


def _in_files(settings: Settings) -> dict[str, Any]:
    history = settings.dagster_home / "history"
    return {
        "run_storage": _made_by(Runs.__name__, Runs.__module__, base_dir=str(history)),
        "event_log_storage": _made_by(EventLog.__name__, __name__, base_dir=str(history / "runs")),
    }


def _in_postgres() -> dict[str, Any]:
    """The address is named, not written: Dagster reads the variable, and shows these settings in its UI."""
    names = {
        "run_storage": "PostgresRuns",
        "event_log_storage": "PostgresEvents",
        "schedule_storage": "PostgresSchedules",
    }
    return {
        kind: _made_by(name, "dagster_project.postgres_storage", postgres_url={"env": POSTGRES_VARIABLE})
        for kind, name in names.items()
    }


def _made_by(name: str, module: str, **config: object) -> dict[str, Any]:
    return {"module": module, "class": name, "config": config}


class TypedRuns(QueuedRunCoordinator):
    """Dagster's queue of runs, which refuses one whose configuration holds no moment where a moment belongs.

    The ops read their configuration into types too, but only as each begins; here nothing of the run has begun.
    """

    def submit_run(self, context: SubmitRunContext) -> DagsterRun:
        """Put a run into the queue.

        Raises:
            AsOfError: an ``as_of`` of its configuration is no moment; Dagster shows the message and notes the run as failed.
        """
        ops = context.dagster_run.run_config.get("ops")
        for op in ops.values() if isinstance(ops, Mapping) else ():
            config = op.get("config") if isinstance(op, Mapping) else None
            if isinstance(config, Mapping) and config.get("as_of") is not None:
                parse_as_of(str(config["as_of"]))
        return super().submit_run(context)


class EventLog(SqliteEventLogStorage):
    """Dagster's event log in SQLite, with one engine a file instead of one an event.

    A night stores thousands of events. Dagster opens a file, compiles its statements and waits for the disk anew for each;
    here the file stays open, and the disk is waited for when SQLite moves its log into the file. A power cut may lose
    the last events of a run, never the file; the warehouse itself does not depend on them.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        self._engines: dict[str, sqlalchemy.Engine] = {}
        self._tables: set[str] = set()
        super().__init__(*args, **kwargs)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> EventLog:
        """Dagster's way to make one from dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; Dagster asks with every event, and tables do not go away."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            if shard not in self._engines:
                self._engines[shard] = self._open(shard)
            with self._engines[shard].begin() as connection:
                yield connection

    def _open(self, shard: str) -> sqlalchemy.Engine:
        engine = sqlalchemy.create_engine(
            create_db_conn_string(self._base_dir, shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        )
        sqlalchemy.event.listen(engine, "connect", lambda raw, _: raw.execute("pragma synchronous = normal"))
        self._initdb(engine)
        return engine

    def delete_events(self, run_id: str) -> None:
        """Forget a run; its own file goes with it."""
        super().delete_events(run_id)
        with self._db_lock:
            if engine := self._engines.pop(run_id, None):
                engine.dispose()
        for path in Path(self._base_dir).glob(f"{run_id}.db*"):
            path.unlink()

    def dispose(self) -> None:
        """Close every file."""
        for engine in self._engines.values():
            engine.dispose()
        super().dispose()
