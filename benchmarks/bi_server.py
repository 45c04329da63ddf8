"""`python -m benchmarks.bi_server --publishes 50 --readers 8`: whole versions into the PostgreSQL of JIXIAO_BI_POSTGRES while others read it.

Each publish writes every row of the current version anew, although nothing changed. A reader takes three tables at a time in one transaction, and
a query of a dashboard; rows of one publish carry its transaction (`xmin`), so that a mixture shows.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psycopg2

from benchmarks.measure import spread
from dagster_project.bi_server.publish import bi_address, tables_of, write_postgres
from dagster_project.bi_server.server import connected, fill
from dagster_project.bi_server.tables import BiTable
from dagster_project.publishing import reading
from dagster_project.settings import Settings

SMALL = 40_000
"""Readers take tables up to so many rows, so that each of their transactions is short."""
DASHBOARD = """
    select extract(month from cleared_on) as calendar_month, sum(amount_yuan) as amount_yuan from marts.fct_payments
    where fiscal_year = 2023 group by 1 order by 1
"""


class Reader(threading.Thread):
    """Reads until it is told to stop; ``reads`` are transactions, ``queries`` the seconds of each dashboard query."""

    def __init__(self, url: str, tables: Sequence[str], number: int, stop: threading.Event):
        super().__init__()
        self.reads, self.mixed, self.faults, self.queries = 0, 0, [], []  # type: ignore[var-annotated]
        self._url, self._tables, self._stop_event = url, tables, stop
        self._random = random.Random(number)  # noqa: S311 - which tables are read

    def run(self) -> None:
        """Read; what goes wrong is kept."""
        try:
            with connected(self._url) as connection, connection.cursor() as cursor:
                connection.set_session(isolation_level="DEFAULT")  # as whoever comes without wishes of their own
                while not self._stop_event.is_set():
                    self._read(cursor)
                    connection.commit()
                    self.reads += 1
                    time.sleep(0.01)
        except psycopg2.Error as error:
            self.faults.append(str(error))

    def _read(self, cursor: psycopg2.extensions.cursor) -> None:
        seen = set()
        for name in self._random.sample(self._tables, 3):
            cursor.execute(f"select distinct xmin::text from {name}")
            seen |= set(cursor.fetchall())
        self.mixed += len(seen) > 1
        began = time.perf_counter()
        cursor.execute(DASHBOARD)
        cursor.fetchall()
        self.queries.append(time.perf_counter() - began)


def main() -> None:
    """Publish, read, print a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--publishes", type=int, default=50)
    parser.add_argument("--readers", type=int, default=8)
    options = parser.parse_args()
    settings = Settings()
    url, seconds = bi_address(settings), []
    first = write_postgres(settings, again=True)
    print(
        f"first: {first.tables} tables, {first.rows:,} rows in {first.seconds:.1f} s, the switch {first.switch_seconds * 1000:.0f} ms"
    )
    with (
        reading(settings.serving_dir) as version,
        tempfile.TemporaryDirectory() as place,
        contextlib.ExitStack() as stack,
    ):
        tables = [replace(each, content="") for each in tables_of(settings, version, "benchmark", Path(place), stack)]
        stop = threading.Event()
        names = _readable(tables, version.tables)
        readers = [Reader(url, names, number, stop) for number in range(options.readers)]
        fill(url, tables, settings.bi_patience_seconds)  # from here on all rows are of one transaction
        for reader in readers:
            reader.start()
        for _ in range(options.publishes):
            began = time.perf_counter()
            fill(url, tables, settings.bi_patience_seconds)
            seconds.append(time.perf_counter() - began)
        stop.set()
        for reader in readers:
            reader.join()
    queries = sorted(each for reader in readers for each in reader.queries)
    print(
        f"{options.publishes} publishes of {sum(version.tables.values()):,} rows under {options.readers} readers: {spread(seconds)} s each; "
        f"{sum(reader.reads for reader in readers):,} reads, {sum(len(reader.faults) for reader in readers)} errors, "
        f"{sum(reader.mixed for reader in readers)} mixed; dashboard query p50 {queries[len(queries) // 2] * 1000:.0f} ms, "
        f"p95 {queries[int(len(queries) * 0.95)] * 1000:.0f} ms"
    )


def _readable(tables: Sequence[BiTable], counts: dict[str, int]) -> list[str]:
    return [each.full_name for each in tables if 0 < counts.get(f"{each.schema}/{each.name}", 0) <= SMALL]


if __name__ == "__main__":
    main()
