"""What files have in common is counted as sets of rows would be."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from ledger_files import column, contract_of

from dagster_project.ingestion.row_hashes import RowHashes

CONTRACT = contract_of(
    [column("no", required=True), column("amount_yuan", kind="money"), column("day", kind="date")],
    files=[{"pattern": "sample/*/*.csv", "format": "csv", "unit": "元"}],
)
Row = tuple[str | None, Decimal | None]


def write(folder: Path, name: str, rows: list[Row], status: str = "accepted", digits: int = 2) -> None:
    table = pa.table(
        {
            "amount_yuan": pa.array([amount for _, amount in rows], pa.decimal128(18, digits)),
            "no": pa.array([no for no, _ in rows], pa.string()),
            "_status": pa.array([status] * len(rows), pa.string()),
        }
    )
    pq.write_table(table, folder / f"{name}.parquet")


def test_common_rows_are_those_of_sets(tmp_path: Path) -> None:
    """Blanks are equal, a row counts once, and an amount is the same whatever digits an earlier contract landed it with."""
    chance = random.Random(7)
    numbers, amounts = ["A1", "A2", "A3", None], [Decimal("1.50"), Decimal("2"), None]
    files = {
        f"f{n}": [(chance.choice(numbers), chance.choice(amounts)) for _ in range(chance.randrange(12))]
        for n in range(12)
    }
    for n, (name, rows) in enumerate(files.items()):
        write(tmp_path, name, rows, digits=2 + n % 2)
    write(tmp_path, "rejected", files["f1"] or [("A1", None)], status="rejected")
    columns = [CONTRACT.column("no"), CONTRACT.column("amount_yuan")]
    hashes = RowHashes(lambda name: tmp_path / f"{name}.parquet")
    with duckdb.connect() as connection:
        for name, rows in files.items():
            others = [each for each in files if each != name]
            found = hashes.common(connection, name, [*others, "rejected"], columns)
            assert found.tolist() == [*(len(set(rows) & set(files[each])) for each in others), 0]
        keys = hashes.common(connection, "f2", ["f3"], columns[:1])
        assert keys.tolist() == [len({no for no, _ in files["f2"]} & {no for no, _ in files["f3"]})]


def test_a_file_is_read_once_however_many_ask(tmp_path: Path) -> None:
    for name in ("one", "other", "third"):
        write(tmp_path, name, [("A1", Decimal(1))])
    hashes = RowHashes(lambda name: tmp_path / f"{name}.parquet")
    columns = [CONTRACT.column("no")]
    with duckdb.connect() as connection:
        assert hashes.common(connection, "one", ["other", "third"], columns).tolist() == [1, 1]
        for path in tmp_path.iterdir():
            path.unlink()
        assert hashes.common(connection, "third", ["one"], columns).tolist() == [1]
