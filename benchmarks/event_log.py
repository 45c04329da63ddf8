"""What the project's event log saves beside Dagster's own in SQLite: the events of the last night, stored again in both.

`python -m benchmarks.event_log` after `jixiao nightly`; prints seconds of processor and of the clock, and their ratios.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence

import dagster as dg
from dagster import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage

from dagster_project.dagster_home import EventLog, open_instance
from dagster_project.dagster_runs import NIGHT, OUTCOME_TAG
from dagster_project.settings import Settings

ROUNDS = 2


def events_of_last_night(settings: Settings) -> list[EventLogEntry]:
    """What Dagster stored of the last night that built; empty where there was none."""
    with open_instance(settings) as instance:
        nights = instance.get_runs(dg.RunsFilter(job_name=NIGHT))
        built = [run for run in nights if OUTCOME_TAG not in run.tags]
        return list(instance.all_logs(built[0].run_id)) if built else []


def store(make: Callable[[str], SqliteEventLogStorage], events: Sequence[EventLogEntry]) -> tuple[float, float]:
    """Store events one after another; seconds of this process's processor time and of the clock."""
    with tempfile.TemporaryDirectory() as folder, dg.DagsterInstance.ephemeral() as instance:
        storage = make(folder)
        storage.register_instance(instance)
        processor, clock = time.process_time(), time.monotonic()
        for event in events:
            storage.store_event(event)
        spent = time.process_time() - processor, time.monotonic() - clock
        storage.dispose()
    return spent


def main() -> int:
    """Measure, alternating; the least of each counts."""
    events = events_of_last_night(Settings())
    if not events:
        print("no night has built yet: run `jixiao nightly`", file=sys.stderr)
        return 1
    rounds = [(store(SqliteEventLogStorage, events), store(EventLog, events)) for _ in range(ROUNDS)]
    print(f"{len(events)} events")
    for place, what in enumerate(("processor", "clock")):
        stock, own = (min(each[which][place] for each in rounds) for which in (0, 1))
        print(f"{what}: Dagster's own {stock:.1f} s, the project's {own:.1f} s, {stock / own:.1f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main())
