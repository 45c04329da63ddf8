"""Rows that were taken for notes by general words and not by a marker of the contract: told once for each sheet."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from dagster_project.contracts import Contract
from dagster_project.ingestion.header_names import normalise
from dagster_project.ingestion.row_notes import FIRST_CELL, Markers
from dagster_project.ingestion.text_table import MOST_NAMED, Note


def foot_notes(connection: duckdb.DuckDBPyConnection, rows: str, number: str, contract: Contract) -> Iterator[Note]:
    """One note for each sheet with such rows, with their number and the first of them.

    Args:
        connection: to the database that holds the rows.
        rows: the landed rows, as a relation.
        number: the column that orders them.
        contract: whose markers name what is not told.
    """
    markers, places = Markers(contract), dict[str, list[int]]()
    query = f"select _sheet, _row, {FIRST_CELL} from {rows} where _status = 'footnote' order by {number}"
    for sheet, row, text in connection.execute(query).fetchall():
        plain = normalise(text or "")
        if plain and markers.marked([plain]) is None:
            places.setdefault(sheet, []).append(row)
    for sheet, found in places.items():
        where = "第 " + "、".join(map(str, found[:MOST_NAMED])) + " 行" + "等" * (len(found) > MOST_NAMED)
        yield Note("foot_row", value=f"{len(found):,}", detail=where, sheet=sheet)
