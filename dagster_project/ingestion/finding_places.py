"""Where each column of a file stands, in words: by sheet, and by the rows of its table where a sheet has several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from dagster_project.contracts import Contract
from dagster_project.ingestion.text_table import Part

PLACE_COLUMNS = (
    "place_sheet, column_name, column_header, place_ref, is_personal, is_harmless, at_row, end_row, first_row"
)
NOWHERE = ("", "", "", "", "false", "false", "1", "1", "1")
IN_THE_ROWS = (
    "coalesce(row_number, cast(first_row as bigint)) between cast(at_row as bigint) and cast(end_row as bigint)"
)
"""Of several tables in a sheet, in which one a finding stands; one without a row stands in the first."""


def column_places(parts: Sequence[Part], contract: Contract) -> list[tuple[str, ...]]:
    """One tuple of ``PLACE_COLUMNS`` for each column of each table; of tables side by side a column stands in either place."""
    held: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        for name in part.header.positions:
            held.setdefault((part.sheet, name), []).append(part)
    return [
        (
            sheet, name, same[0].header.texts[name], _either(part.column_refs.get(name, "") for part in same),
            str(column.personal), str(column.harmless or column.type != "text"), *map(str, (*rows, of_column[0].rows[0])),
        )
        for (sheet, name), of_column in held.items()
        for rows, same in _by_rows(of_column)
        if (column := contract.column(name))
    ]  # fmt: skip


def _by_rows(parts: Sequence[Part]) -> Iterator[tuple[tuple[int, int], list[Part]]]:
    """Rows that lie in the same tables, with these: those side by side may reach over different rows."""
    starts = sorted({part.rows[0] for part in parts} | {part.rows[1] + 1 for part in parts})
    for first, behind in pairwise(starts):
        if same := [part for part in parts if part.rows[0] <= first and behind - 1 <= part.rows[1]]:
            yield (first, behind - 1), same


def _either(places: Iterable[str]) -> str:
    return "或".join(dict.fromkeys(filter(None, places)))
