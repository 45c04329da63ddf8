"""`make bench`: measure everything on this machine, now, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.landing import measure_landing
from benchmarks.nights import measure_definitions, measure_nights, write_first_drop, write_scaled_drop
from dagster_project.settings import PROJECT_ROOT

TARGET = PROJECT_ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each measurement")
    parser.add_argument("--scale", type=int, default=100, help="scale of the large drop; 0 leaves it out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("nights on the sample")
        sample = PROJECT_ROOT / "data" / "raw"
        nights = measure_nights(sample, folder / "build", "sample", options.runs, with_first=True)
        write_first_drop(sample, folder / "first")
        nights += measure_nights(folder / "first", folder / "first_build", "ten ledgers of it", options.runs)
        print("definitions")
        definitions = measure_definitions(folder / "build", options.runs)
        print("landing")
        landing = measure_landing(folder, options.runs)
        _write(options.runs, nights, definitions, landing)
        if options.scale:
            print(f"night at scale {options.scale}")
            write_scaled_drop(folder / "scaled", options.scale)
            nights += measure_nights(folder / "scaled", folder / "scaled_build", f"scale {options.scale}", 1)
            _write(options.runs, nights, definitions, landing)
    print(TARGET.read_text(encoding="utf-8"))


def _write(runs: int, nights: list[str], definitions: str, landing: list[str]) -> None:
    """Write what is known so far: the large drop takes long, and the rest should not be lost with it."""
    TARGET.write_text("\n".join(_page(runs, nights, definitions, landing)) + "\n", encoding="utf-8")


def _page(runs: int, nights: list[str], definitions: str, landing: list[str]) -> list[str]:
    engines = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "dbt-core", "dagster"))
    return [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {dt.date.today().isoformat()}: {os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, {engines}.",
        f"Each cell is the median of {runs} whole-process runs with minimum and maximum; seconds of one machine say little, "
        "ratios measured side by side in one run say more.",
        "",
        "## Landing beside a bare copy",
        "",
        "The bare copy is DuckDB's own `read_csv(all_varchar)` to Parquet of the same rows in UTF-8: no types, no checks, no row",
        "numbers. Landing hashes, proves the encoding, types and judges every row, numbers it, and looks for duplicate keys.",
        "",
        *landing,
        "",
        "## The whole nightly",
        "",
        "`jixiao nightly --quiet`: land, build, test, gate, publish. The large drop is measured once. dbt's parse of the project is kept",
        "beside it (`dbt/target/parsed`); the first night of a checkout has to parse.",
        "",
        "| drop | state | seconds | peak memory of the largest process, MiB |",
        "|---|---|--:|--:|",
        *nights,
        "",
        "## Dagster definitions",
        "",
        f"Loading the code location with its dbt manifest in place, a whole Python process: {definitions} s.",
    ]


if __name__ == "__main__":
    main()
