"""That each Parquet file holds the rows of the CSV beside it; needs pyarrow or duckdb, and says so where there is neither."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from dagster_project.reporting.pack.verifier.files import Pack
from dagster_project.reporting.pack.verifier.report import Report


def check_parquet(pack: Pack, report: Report) -> None:
    """Compare each cell of each Parquet file with the CSV of the same name."""
    before = len(report.faults)
    names = [name for name in pack.names if name.endswith(".parquet")]
    for name in names:
        try:
            columns, rows = _rows_of_parquet(pack.read(name))
        except ImportError:
            report.gap(f"{len(names)} 个 Parquet 文件没有与 CSV 对照:需要 pyarrow 或 duckdb(不带 -I -S 运行)")
            return
        except Exception as error:
            report.fault(f"{name}:读不出来({error})")
            continue
        table = pack.table(name[: -len("parquet")] + "csv")
        if len(table) != len(rows) or (table and list(table[0]) != columns):
            report.fault(f"{name}:{len(rows)} 行 {len(columns)} 列,CSV 有 {len(table)} 行")
            continue
        for line, (mine, theirs) in enumerate(zip(rows, table), start=2):  # noqa: B905 - Python 3.8
            other = ["" if value is None else str(value) for value in mine]
            if other != list(theirs.values()):
                wrong = next(c for c, a, b in zip(columns, other, theirs.values()) if a != b)  # noqa: B905
                report.fault(
                    f"{name} 第 {line} 行 {theirs['fact_key']} 的 {wrong} 与 CSV 不同:{other[columns.index(wrong)]} / {theirs[wrong]}"
                )
    report.settle(before, f"{len(names)} 个 Parquet 文件与 CSV 逐格一致")


def _rows_of_parquet(content: bytes) -> tuple[list[str], list[tuple[object, ...]]]:
    try:
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(io.BytesIO(content))
        return table.column_names, list(zip(*(column.to_pylist() for column in table.columns)))  # noqa: B905
    except ImportError:
        import duckdb
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "rows.parquet"
        path.write_bytes(content)
        found = connection.execute("select * from read_parquet(?)", [str(path)])
        return [column[0] for column in found.description or ()], found.fetchall()
