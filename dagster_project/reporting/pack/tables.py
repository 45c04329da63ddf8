"""How tables of a pack are written: CSV that spreadsheets read and take for no formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dagster_project.formula_safe import csv_text
from dagster_project.reporting.reading.published import Row


def table_csv(rows: Sequence[Row], columns: Sequence[str] = ()) -> bytes:
    """Rows as CSV with a byte order mark, so that spreadsheets read the Chinese; missing values are empty."""
    names = tuple(columns) or tuple(rows[0])
    return csv_bytes(names, [[row[name] for name in names] for row in rows])


def csv_bytes(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows under their names as CSV."""
    return csv_text(names, rows).encode("utf-8")
