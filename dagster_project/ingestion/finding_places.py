"""Where each column of a file stands, in words: by sheet, and by the rows of its table where a sheet has several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    firsts = {(part.sheet, name): part.rows[0] for part in reversed(parts) for name in part.header.positions}
    held: dict[tuple[str, str, tuple[int, int]], list[Part]] = {}
    for part in parts:
        for name in part.header.positions:
            held.setdefault((part.sheet, name, part.rows), []).append(part)
    return [
        (
            sheet, name, same[0].header.texts[name], _either(part.column_refs.get(name, "") for part in same),
            str(column.personal), str(column.harmless or column.type != "text"), *map(str, (*rows, firsts[sheet, name])),
        )
        for (sheet, name, rows), same in held.items()
        if (column := contract.column(name))
    ]  # fmt: skip


def _either(places: Iterable[str]) -> str:
    return "或".join(dict.fromkeys(filter(None, places)))
