"""From a row of any table of the warehouse to the rows of the files it comes from, and to the figures these count in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

PLACE = "submission_id, sheet, row_number"
EVIDENCE = "evaluation.evidence"
FIGURE_COLUMNS = ("figure_id", "part", "whole")
"""Columns that hold the name of a figure."""


@dataclass(frozen=True)
class Place:
    """A row of a file that was handed in."""

    submission_id: str
    sheet: str
    row_number: int


def columns_of(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The columns of each table of a warehouse as it is, by names such as ``marts.fct_payments``."""
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns"
    ).fetchall():
        found.setdefault(table, set()).add(column)
    return found


class RowPlaces:
    """Looks for the places of rows in one warehouse, which a build may have left half made."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self._connection = connection
        self._columns = columns_of(connection)

    def of_row(
        self, row: Mapping[str, Any], tables: Mapping[str, Sequence[str]], limit: int
    ) -> tuple[list[Place], int]:
        """The places of a row, at most so many, and how many there are; none for a row that was counted together from many.

        Args:
            row: its cells by column.
            tables: the tables it is of or made from, each with its key.
            limit: at most this many.
        """
        if row.get("submission_id") and row.get("row_number"):
            return [Place(row["submission_id"], row.get("sheet") or "", row["row_number"])], 1
        figures = [row[name] for name in FIGURE_COLUMNS if row.get(name)]
        if figures and EVIDENCE in self._columns:
            return self._of_figures(row, figures, limit)
        for table, key in tables.items():
            shared = [name for name in row if name in self._columns.get(table, set())]
            if {"submission_id", "row_number"} <= self._columns.get(table, set()) and key and set(key) <= set(shared):
                condition = " and ".join(f"{name} is not distinct from ?" for name in key)
                return self._places(table, condition, [row[name] for name in key], limit)
        return [], 0

    def figures(self, place: Place) -> list[str]:
        """The figures that a row of a file counts in, each by its name; none where no evidence was built yet."""
        if EVIDENCE not in self._columns or "evaluation.figure_definitions" not in self._columns:
            return []
        rows = self._connection.execute(
            f"""
            select distinct coalesce(definitions.label_zh, evidence.figure_id) || '(' || evidence.figure_id || ')' as name
            from {EVIDENCE} as evidence
            left join evaluation.figure_definitions as definitions on evidence.figure_id = definitions.figure_id
            where evidence.submission_id = ? and coalesce(evidence.sheet, '') = ? and evidence.row_number = ?
            order by name
            """,
            [place.submission_id, place.sheet, place.row_number],
        ).fetchall()
        return [name for (name,) in rows]

    def _of_figures(self, row: Mapping[str, Any], figures: list[str], limit: int) -> tuple[list[Place], int]:
        """The rows that count in a figure, the largest measures first; of a ratio those of its two figures."""
        names = ", ".join(["?"] * len(figures))
        condition = f"""figure_id in (
            select unnest([figure_id, numerator_figure, denominator_figure]) from evaluation.figure_definitions
            where figure_id in ({names})
        )"""
        values: list[Any] = [*figures]
        for name in ("fiscal_year", "department_code", "fact_key"):
            if row.get(name) is not None:
                condition += f" and {name} = ?"
                values.append(row[name])
        return self._places(EVIDENCE, condition, values, limit, order="max(abs(measure)) desc,")

    def _places(
        self, table: str, condition: str, values: list[Any], limit: int, order: str = ""
    ) -> tuple[list[Place], int]:
        query = f"""
            select {PLACE}, count(*) over () as total
            from {table}
            where {condition} and submission_id is not null
            group by {PLACE}
            order by {order} {PLACE}
            limit {limit}
        """
        rows = self._connection.execute(query, values).fetchall()
        return [Place(row[0], row[1] or "", row[2]) for row in rows], rows[0][3] if rows else 0
