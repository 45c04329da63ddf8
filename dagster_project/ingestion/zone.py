"""The landing zone on disk: what lies where, and the columns that landing adds to a ledger."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from dagster_project.contracts import Contract
from dagster_project.ingestion.engine import looking
from dagster_project.ingestion.findings import FINDING_COLUMNS
from dagster_project.ingestion.sql import literal
from dagster_project.ingestion.typing_sql import sql_type

FINDINGS_DIR = "findings"
SCHEMA_FILE = "schema.parquet"
PARQUET = "format parquet"
LANDED_COLUMNS = {
    "_submission_id": "varchar",
    "_sheet": "varchar",
    "_row": "bigint",
    "_status": "varchar",
    "_verdict": "varchar",
    "_raw": "varchar[]",
}
"""What landing adds to the columns of a ledger; only rows with ``_status = 'accepted'`` are facts."""
SHEET_COLUMNS = {"_no": "bigint", "_column": "varchar"}
"""And to ledgers of several sheets, forms or matrices: a row's number in the file, and the letter of a matrix cell."""


def workplace(landing_dir: Path) -> Path:
    """Where files are written before they are whole."""
    return landing_dir / ".unfinished"


def clear_workplace(landing_dir: Path) -> None:
    """Drop what an interrupted run left half written."""
    shutil.rmtree(workplace(landing_dir), ignore_errors=True)
    workplace(landing_dir).mkdir(parents=True)


def write_schemas(landing_dir: Path, contracts: Iterable[Contract]) -> None:
    """An empty Parquet file per ledger, so that models can read a ledger before its first file came."""
    for contract in contracts:
        columns = {column.name: sql_type(column) for column in contract.columns} | LANDED_COLUMNS
        if not all(layout.is_plain for layout in contract.files):
            columns |= SHEET_COLUMNS
        _write_empty(columns, landing_dir / contract.ledger / SCHEMA_FILE)
    _write_empty(FINDING_COLUMNS, landing_dir / FINDINGS_DIR / SCHEMA_FILE)


def _write_empty(columns: Mapping[str, str], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_empty_parquet(tuple(columns.items())))


@cache
def _empty_parquet(columns: tuple[tuple[str, str], ...]) -> bytes:
    """A Parquet file without rows; columns of one set are written once a process."""
    nulls = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns)
    with tempfile.TemporaryDirectory() as folder, looking() as connection:
        path = Path(folder) / SCHEMA_FILE
        connection.execute(f"copy (select {nulls} limit 0) to {literal(str(path))} (format parquet)")
        return path.read_bytes()
