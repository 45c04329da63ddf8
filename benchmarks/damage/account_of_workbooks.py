"""Each cell of a damaged workbook against the landed rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.damage.landed import Landed, Row, by_place, faults_of_unclaimed
from benchmarks.damage.ledgers import COLUMNS, REQUIRED
from benchmarks.damage.witness import (
    plain,
    same_cell,
    workbook_sheets,
)


def faults_of_sheets(content: bytes, landed: Landed) -> Iterator[str]:
    """What does not add up in the sheets of a workbook."""
    try:
        sheets = workbook_sheets(content)
    except ValueError as error:
        yield f"landed although it is no workbook: {error}"
        return
    by_place: dict[tuple[str, int], list[Row]] = {}
    for row in landed.rows:
        by_place.setdefault((row["_sheet"], row["_row"]), []).append(row)
    if twice := [place for place, rows in by_place.items() if len(rows) > 1]:
        yield f"landed twice: {twice}"
    unclaimed: Counter[int] = Counter()
    for sheet in sheets:
        claimed = _claimed_in_sheet(sheet.rows)
        for number, cells in sheet.rows.items():
            rows = by_place.pop((sheet.name, number), [])
            if not rows:
                yield f"row {number} of {sheet.name} was not landed"
                continue
            beside = _matched_in_sheet(rows[0], cells, claimed)
            if beside is None:
                yield f"row {number} of {sheet.name} is {dict(rows[0])}, the file says {cells}"
            else:
                unclaimed += beside
    if invented := [place for place, (row, *_) in by_place.items() if row["_status"] != "blank"]:
        yield f"rows that the file does not have: {invented}"
    yield from faults_of_unclaimed(unclaimed, landed)


def _claimed_in_sheet(rows: Mapping[int, Sequence[tuple[int, str]]]) -> dict[int, str]:
    names = {header: name for name, (header, _) in COLUMNS.items()}
    for number in sorted(rows):
        found = {place: names[plain(text)] for place, text in rows[number] if plain(text) in names}
        if set(REQUIRED) <= set(found.values()):
            return found
    return {}


def _matched_in_sheet(row: Row, cells: Sequence[tuple[int, str]], claimed: Mapping[int, str]) -> Counter[int] | None:
    held = dict(cells)
    if len(held) < len(cells):
        return None
    raw = row["_raw"]
    if raw is not None and len(raw) == 1 and plain(raw[0] or "") == plain("".join(text for _, text in sorted(cells))):
        return Counter()
    values = by_place(row, claimed)
    if values is None or not all(same_cell(held.get(place, ""), value) for place, value in values.items()):
        return None
    return Counter(place for place in held if place not in claimed and plain(held[place]))
