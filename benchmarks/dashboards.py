"""How fast the dashboards are: the SQL of all their charts, asked by eight readers at once of one published file.

`python -m benchmarks.dashboards build/serving/current/published.duckdb` prints median, p95 and slowest in milliseconds, over all queries.
As in Superset as `jixiao bi` starts it, readers are threads of one process that holds the file open, each query has a connection of its own,
and a year and a department are chosen. What opening the file takes is printed apart.
`--times 100` first makes a copy in which every fact table (`fct_*`) has so many times its rows: the size of the facts at that scale, not other
facts; keys repeat, tables that add up keep their rows. Exit code 1 where the p95 is above `--bound`.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from dagster_project.bi.declared import load
from dagster_project.bi.known import known_of
from dagster_project.bi.queries import Condition, sql_of
from dagster_project.bi.sources import Source, sources_of
from dagster_project.settings import Settings

READERS = 8
ROUNDS = 10


def queries(sources: dict[str, Source], chosen: list[Condition]) -> dict[str, str]:
    """The SQL of every chart by its name."""
    return {
        chart.name: sql_of(chart, sources[chart.dataset], chosen)
        for dashboard in load().dashboards.values()
        for chart in dashboard.charts()
    }


def timed(published: Path, query: str) -> float:
    """Milliseconds from asking for a connection to the last row."""
    start = time.perf_counter()
    with duckdb.connect(str(published), read_only=True) as connection:
        connection.execute(query).fetchall()
    return (time.perf_counter() - start) * 1000


def measure(published: Path, asked: dict[str, str], readers: int, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each query, every reader asking all of them in its own order, so many times."""

    def read(reader: int) -> list[tuple[str, float]]:
        order = list(asked) * rounds
        random.Random(reader).shuffle(order)  # noqa: S311 - an order that can be had again
        return [(name, timed(published, asked[name])) for name in order]

    with duckdb.connect(str(published), read_only=True), ThreadPoolExecutor(readers) as pool:
        for query in asked.values():
            timed(published, query)
        found: dict[str, list[float]] = {name: [] for name in asked}
        for answers in pool.map(read, range(readers)):
            for name, milliseconds in answers:
                found[name].append(milliseconds)
    return found


def multiplied(published: Path, target: Path, times: int, tables: set[str]) -> None:
    """A copy of some published tables in which facts have so many times their rows."""
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach '{published}' as sample (read_only)")
        for schema in ("marts", "evaluation", "quality"):
            connection.execute(f"create schema {schema}")
        for table in sorted(tables):
            copies = f" cross join range({times})" if table.startswith("marts.fct_") else ""
            connection.execute(f"create table {table} as select t.* from sample.{table} as t{copies}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboards", description=__doc__)
    parser.add_argument("published", type=Path)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--bound", type=float, default=60, help="milliseconds")
    parser.add_argument("--year", type=int, default=2023)
    options = parser.parse_args()
    published = options.published.resolve()
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(build_dir=Path(name) / "build")
        settings.export_to_environment()
        sources = sources_of(load(), known_of(settings))
        with duckdb.connect(str(published), read_only=True) as connection:
            ((department,),) = connection.execute("select min(department_name) from marts.dim_department").fetchall()
        if options.times > 1:
            target = Path(name) / "multiplied.duckdb"
            multiplied(published, target, options.times, {t for source in sources.values() for t in source.tables})
            published = target
        asked = queries(sources, [("fiscal_year", "==", options.year), ("department_name", "==", department)])
        opening = [timed(published, "select 1") for _ in range(ROUNDS)]
        spent = time.process_time()
        found = measure(published, asked, options.readers, options.rounds)
        spent = time.process_time() - spent
    everything = sorted(each for answers in found.values() for each in answers)
    p95 = everything[int(len(everything) * 0.95)]
    print(
        f"{len(asked)} queries, {options.readers} readers, {len(everything):,} answers, {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f}: median {statistics.median(everything):.0f} ms, p95 {p95:.0f} ms, slowest {everything[-1]:.0f} ms;"
        f" processor time of each: {spent / len(everything) * 1000:.1f} ms; opening the file: {statistics.median(opening):.0f} ms"
    )
    for chart, answers in sorted(found.items(), key=lambda each: -statistics.median(each[1]))[:5]:
        print(f"  {chart}: median {statistics.median(answers):.0f} ms")
    sys.exit(p95 > options.bound)


if __name__ == "__main__":
    main()
