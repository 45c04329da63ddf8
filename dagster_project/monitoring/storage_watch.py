"""Looks, for as long as the UI runs, whether Dagster's PostgreSQL answers, and tells when it stops and when it answers again."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from dagster_project.ingestion.periods import SHANGHAI
from dagster_project.monitoring.after_a_night import tell_storage
from dagster_project.postgres_address import is_asked_for, storage_fault
from dagster_project.settings import Settings

LOOK_SECONDS = 10.0
LOOKS_BEFORE_TOLD = 2
"""A server that is restarted is away for one look; that is nobody's trouble."""


class StorageWatch:
    """``fault`` says why the storage cannot be used, as the last look found it; empty where it can, or lies in files."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic):
        self.fault = ""
        self._settings = settings
        self._clock = clock
        self._is_in_files = not is_asked_for(settings)
        self._looked_at = clock() - LOOK_SECONDS
        self._failed = 0
        self._told: str | None = None

    def look(self) -> list[str]:
        """Look where it is time to, and tell a change; returns what could not be sent."""
        if self._is_in_files or self._clock() - self._looked_at < LOOK_SECONDS:
            return []
        self._looked_at = self._clock()
        self.fault = storage_fault(self._settings)
        self._failed = self._failed + 1 if self.fault else 0
        is_told = bool(self._told)
        if self._told is not None and (
            bool(self.fault) == is_told or (self.fault and self._failed < LOOKS_BEFORE_TOLD)
        ):
            return []
        self._told = self.fault
        return tell_storage(self._settings, self.fault, dt.datetime.now(SHANGHAI))
