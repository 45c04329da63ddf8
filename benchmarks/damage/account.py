"""Whether what was landed of a damaged file adds up: each row and each cell of the file against the landed rows and the findings."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.damage.account_of_json import faults_of_json
from benchmarks.damage.account_of_workbooks import faults_of_sheets
from benchmarks.damage.landed import Landed, Row, by_place, faults_of_unclaimed
from benchmarks.damage.ledgers import COLUMNS, REQUIRED, Kind
from benchmarks.damage.witness import (
    plain,
    same_cell,
    text_lines,
    visible,
)

MOST_LINES = 60


def faults(kind: Kind, content: bytes, landed: Landed) -> list[str]:
    """What does not add up in a file that was landed; nothing where all does."""
    found = [*_faults_of_counts(landed)]
    if kind.shape == "csv":
        found += _faults_of_lines(text_lines(content, kind.encoding), landed)
    elif kind.shape == "workbook":
        found += faults_of_sheets(content, landed)
    else:
        found += faults_of_json(content, landed)
    return found


def _faults_of_counts(landed: Landed) -> Iterator[str]:
    entry, statuses = landed.entry, Counter(row["_status"] for row in landed.rows)
    told = (entry.rows_accepted, entry.rows_rejected, entry.rows_blank, entry.rows_notes)
    notes = sum(statuses.values()) - sum(statuses[name] for name in ("accepted", "rejected", "blank"))
    held = (statuses["accepted"], statuses["rejected"], statuses["blank"], notes)
    if told != held or sum(told) != entry.rows_read:
        yield f"the log says {entry.rows_read} = {told}, the landed rows are {held}"


def _faults_of_lines(lines: Sequence[str], landed: Landed) -> Iterator[str]:
    rows = sorted(landed.rows, key=lambda row: row["_row"])
    if [row["_row"] for row in rows] != list(range(1, len(rows) + 1)):
        yield "the rows are not numbered one by one"
        return
    claimed = _claimed(lines, rows)
    if claimed is None:
        yield "no line of the file is the header"
        return
    laid, missed = _laid(rows, lines, claimed)
    if missed is not None:
        yield missed
        return
    yield from faults_of_unclaimed(laid, landed)


def _claimed(lines: Sequence[str], rows: Sequence[Row]) -> dict[int, str] | None:
    """The contract column at each place of the header, as the first record that holds the required ones says."""
    names = {header: name for name, (header, _) in COLUMNS.items()}
    said = next((plain("".join(row["_raw"])) for row in rows if row["_status"] == "header"), None)
    for first in range(len(lines)):
        for last in range(first, min(first + 3, len(lines))):
            text = "\n".join(lines[first : last + 1])
            if plain(text) == said:
                texts = {place: plain(cell) for place, cell in enumerate(_cells(text)) if '"' not in cell}
                found = {place: names[text] for place, text in texts.items() if text in names}
                # Lines that hold a damaged header may say the same when they are read as one.
                if set(REQUIRED) <= set(found.values()):
                    return found
    return None


def _cells(text: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(visible(text), newline="")), [])
    except csv.Error:
        return [text]


def _laid(rows: Sequence[Row], lines: Sequence[str], claimed: Mapping[int, str]) -> tuple[Counter[int], str | None]:
    """Lay the rows upon the physical lines, in order and without a gap; returns the filled cells that no column claims, by place.

    A row is one line, or several where they hold quotes. Where two ways are open the shorter row is tried first.
    """
    furthest = 0
    dead: set[tuple[int, int]] = set()
    choices: list[tuple[int, Iterator[tuple[int, Counter[int]]]]] = [(0, _fits(rows, 0, lines, 0, claimed))]
    taken: list[Counter[int]] = []
    while choices:
        at, ways = choices[-1]
        number = len(choices) - 1
        furthest = max(furthest, number)
        if number == len(rows) and at == len(lines):
            return sum(taken, Counter()), None
        way = next(ways, None)
        if way is None:
            dead.add((number, at))
            choices.pop()
            if taken:
                taken.pop()
            continue
        behind, unclaimed = way
        if (number + 1, behind) not in dead:
            choices.append((behind, _fits(rows, number + 1, lines, behind, claimed)))
            taken.append(unclaimed)
    row = rows[furthest] if furthest < len(rows) else None
    where = f"row {furthest + 1} ({row['_status']}, {row['_raw']})" if row else f"behind row {len(rows)}"
    return Counter(), f"{where} is not what the file says there; {len(rows)} rows, {len(lines)} lines"


def _fits(
    rows: Sequence[Row], number: int, lines: Sequence[str], at: int, claimed: Mapping[int, str]
) -> Iterator[tuple[int, Counter[int]]]:
    """The lines that a row may be: the place behind them, and the filled cells of theirs that no column claims."""
    if number >= len(rows):
        return
    text = ""
    for stop in range(at + 1, min(at + MOST_LINES, len(lines)) + 1):
        text = "\n".join(lines[at:stop])
        if stop > at + 1 and '"' not in text:
            return
        unclaimed = _matched(rows[number], text, claimed)
        if unclaimed is not None:
            yield stop, unclaimed


def _matched(row: Row, text: str, claimed: Mapping[int, str]) -> Counter[int] | None:
    """The filled cells that no column claims, if the row says what the text says; None if it does not."""
    raw = row["_raw"]
    if raw is not None and len(raw) == 1 and plain(raw[0] or "") == plain(text):
        return Counter()
    is_head = row["_status"] in ("title", "unit", "header") or (row["_verdict"] or "").startswith("rows_above_header")
    if is_head and plain("".join(raw or [])) == plain(text):
        return Counter()
    cells = _cells(text)
    if raw is None and row["_status"] == "blank" and not plain(text):
        return Counter()
    values = by_place(row, claimed)
    if values is None or not all(
        same_cell(cells[place] if place < len(cells) else "", value) for place, value in values.items()
    ):
        return None
    if row["_status"] == "accepted" and _swallows(text):
        return None
    return Counter(place for place, cell in enumerate(cells) if place not in claimed and plain(cell))


def _swallows(text: str) -> bool:
    """Whether a record of several lines holds whole items of their own."""
    inner = text.split("\n")[1:-1]
    return any(re.match(r'"?SX[0-9]{4}"?,', line) and line.count(",") >= len(COLUMNS) - 1 for line in inner)
