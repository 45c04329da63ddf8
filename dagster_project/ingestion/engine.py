"""The engine that looks at files beside their landing, one a process: to start one for each look takes ten milliseconds."""

from __future__ import annotations

import os
from functools import cache

import duckdb


def looking() -> duckdb.DuckDBPyConnection:
    """A connection of its own to the engine of this process, to be closed by who asked for it; its tables are temporary ones."""
    return _database(os.getpid()).cursor()


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    # A file that was written anew within the grain of its time is read anew.
    return duckdb.connect(config={"enable_external_file_cache": False})
