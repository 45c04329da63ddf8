"""Another table below the one of the ledger, in the same columns: its header stands as a row of words where numbers and dates belong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from dagster_project.contracts import DATE_TYPES, NUMBER_TYPES, Column
from dagster_project.ingestion.sql import literal, literals

NOT_WORDS = (*NUMBER_TYPES, *DATE_TYPES)


def tables_below(
    connection: duckdb.DuckDBPyConnection, rows: str, number: str, columns: Sequence[Column]
) -> Iterator[tuple[str, int, int]]:
    """The first row of each sheet that looks like the header of another table: sheet, place among all rows, row.

    It was rejected, holds words and no digit, also where numbers and dates belong, and stands below a blank row or a title, or
    it holds two headers of the ledger; or it has words in two such columns.

    Args:
        connection: to the database that holds the rows.
        rows: the landed rows, as a relation.
        number: the column that orders them.
        columns: of the file, in its order.
    """
    typed = [f"_raw[{place}]" for place, column in enumerate(columns, start=1) if column.type in NOT_WORDS]
    if not typed:
        return
    headers = [header for column in columns for header in (*column.headers, *column.fallback_headers)]
    filled = "len(list_filter({}, cell -> trim(cell) != ''))".format
    yield from connection.execute(
        f"""
        with likely as (
            select {number} as no, _sheet, _row, {filled(f"[{', '.join(typed)}]")} as words,
                len(list_filter(_raw, cell -> trim(cell) in ({literals(headers)}))) as named
            from {rows}
            where _status = 'rejected' and _verdict = '' and len(_raw) = {len(columns)} and {filled("_raw")} > 1
                and not regexp_matches(array_to_string(_raw, ''), {literal("[0-9０-９]")})
        )
        select likely._sheet, min(no), min(likely._row)
        from likely
        left join (
            select _sheet, _row, _status, {filled("_raw")} as cells from {rows} where _status <> 'accepted'
        ) as above on likely._sheet = above._sheet and likely._row = above._row + 1
        where words > 1 or (words = 1 and (named > 1 or above._status = 'blank' or above.cells = 1))
        group by likely._sheet
        """
    ).fetchall()
