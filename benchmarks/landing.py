"""Landing of one large payments file beside DuckDB's own all-text copy of it, turn about, each in its own process."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.measure import Run, median, run, spread
from benchmarks.payments_file import write_payments

ROWS = 5_000_000
BARE_COPY = """
import sys, duckdb
source, target = sys.argv[1:]
duckdb.execute(f"copy (select * from read_csv('{source}', all_varchar = true, header = true)) to '{target}' (format parquet)")
"""
LAND = """
import sys
from pathlib import Path
from dagster_project.contracts import load_contracts
from dagster_project.ingestion.landing import land_drop
raw, landing, rows = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
(entry,) = land_drop(raw, landing, load_contracts(), "101001").entries
assert entry.rows_accepted == rows, entry
"""


def measure_landing(folder: Path, runs: int, rows: int = ROWS) -> list[str]:
    """Measure both encodings; returns the rows of a Markdown table."""
    lines = [
        "| file | size | bare copy, s | landing, s | landing / bare copy | peak memory of landing, MiB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for encoding in ("utf-8", "gb18030"):
        drop = folder / encoding
        path = drop / "payments" / "2023" / "payments_202303.csv"
        path.parent.mkdir(parents=True)
        write_payments(path, rows, encoding)
        # The bare copy always reads UTF-8: DuckDB has no GB18030 reader built in.
        plain = path if encoding == "utf-8" else folder / "plain.csv"
        if encoding != "utf-8":
            write_payments(plain, rows)
        bare, landed = [], []
        for turn in range(runs + 1):
            pair = _pair(plain, drop, folder, rows)
            if turn:  # the first turn warms the file cache
                bare.append(pair[0])
                landed.append(pair[1])
        ratios = [mine.seconds / theirs.seconds for theirs, mine in zip(bare, landed, strict=True)]
        lines.append(
            f"| {rows:,} rows, {encoding} | {path.stat().st_size / 1e6:,.0f} MB | {spread([r.seconds for r in bare])} | "
            f"{spread([r.seconds for r in landed])} | {spread(ratios, 2)} | {median([r.peak_mib for r in landed]):,.0f} |"
        )
        shutil.rmtree(drop)
    return lines


def _pair(plain: Path, drop: Path, folder: Path, rows: int) -> tuple[Run, Run]:
    bare = run([sys.executable, "-c", BARE_COPY, str(plain), str(folder / "bare.parquet")], {})
    landing = folder / "landing"
    landed = run([sys.executable, "-c", LAND, str(drop), str(landing), str(rows)], {})
    shutil.rmtree(landing)
    return bare, landed
