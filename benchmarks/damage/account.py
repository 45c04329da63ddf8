"""Whether what was landed of a damaged file adds up: each row and each cell of the file against the landed rows and the findings."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.damage.ledgers import COLUMNS, REQUIRED, Kind
from benchmarks.damage.witness import (
    NIL,
    Pairs,
    json_object,
    json_records,
    plain,
    same_cell,
    text_lines,
    visible,
    workbook_sheets,
)
from dagster_project.ingestion.submissions import Submission

Row = Mapping[str, Any]
NOT_CLAIMED = ("extra_column", "nameless_column")
MOST_LINES = 60
ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


@dataclass(frozen=True)
class Landed:
    """What landing left of one file: its entry in the log, the rows in the order of the file, and the findings."""

    entry: Submission
    rows: Sequence[Row]
    findings: Sequence[Row]


def faults(kind: Kind, content: bytes, landed: Landed) -> list[str]:
    """What does not add up in a file that was landed; nothing where all does."""
    found = [*_faults_of_counts(landed)]
    if kind.shape == "csv":
        found += _faults_of_lines(text_lines(content, kind.encoding), landed)
    elif kind.shape == "workbook":
        found += _faults_of_sheets(content, landed)
    else:
        found += _faults_of_json(content, landed)
    return found


def _faults_of_counts(landed: Landed) -> Iterator[str]:
    entry, statuses = landed.entry, Counter(row["_status"] for row in landed.rows)
    told = (entry.rows_accepted, entry.rows_rejected, entry.rows_blank, entry.rows_notes)
    notes = sum(statuses.values()) - sum(statuses[name] for name in ("accepted", "rejected", "blank"))
    held = (statuses["accepted"], statuses["rejected"], statuses["blank"], notes)
    if told != held or sum(told) != entry.rows_read:
        yield f"the log says {entry.rows_read} = {told}, the landed rows are {held}"


# Delimited text


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
    yield from _faults_of_unclaimed(laid, landed)


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
    values = _by_place(row, claimed)
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


def _by_place(row: Row, claimed: Mapping[int, str]) -> dict[int, Any] | None:
    """What the row holds for each claimed place: typed values, or the raw cells of a row that is not accepted."""
    if row["_status"] == "accepted":
        return {place: row[name] for place, name in claimed.items()}
    raw = row["_raw"]
    if raw is None or len(raw) != len(claimed):
        return None
    return dict(zip(sorted(claimed), raw, strict=True))


def _faults_of_unclaimed(laid: Counter[int], landed: Landed) -> Iterator[str]:
    told = sum(int(re.sub(r"[^0-9]", "", row["value"]) or 0) for row in landed.findings if row["rule"] in NOT_CLAIMED)
    if told != sum(laid.values()):
        yield f"{sum(laid.values())} filled cells stand in columns that no column claims, told are {told}"


# Workbooks


def _faults_of_sheets(content: bytes, landed: Landed) -> Iterator[str]:
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
    yield from _faults_of_unclaimed(unclaimed, landed)


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
    values = _by_place(row, claimed)
    if values is None or not all(same_cell(held.get(place, ""), value) for place, value in values.items()):
        return None
    return Counter(place for place in held if place not in claimed and plain(held[place]))


# JSON


def _faults_of_json(content: bytes, landed: Landed) -> Iterator[str]:
    records = json_records(content)
    read: list[tuple[Any, tuple[str, ...] | None]]
    if records is not None:
        read = [(record, None) for record in records]
    else:
        read = [(_object_of(line), line) for line in _json_lines(content)]
    rows = sorted(landed.rows, key=lambda row: row["_row"])
    if len(rows) != len(read):
        yield f"{len(read)} records, {len(rows)} rows landed"
        return
    unclaimed = 0
    for row, (record, line) in zip(rows, read, strict=True):
        beside = _matched_record(row, record, line)
        if beside is None:
            yield f"row {row['_row']} is {dict(row)}, the file says {line or record}"
        else:
            unclaimed += beside
    yield from _faults_of_unclaimed(Counter({0: unclaimed}), landed)


def _json_lines(content: bytes) -> Iterator[tuple[str, ...]]:
    """The lines in UTF-8; one that is not, in GB18030 too: stray bytes in a text of ASCII may as well be characters of that."""
    for line in text_lines(content, "utf-8"):
        held = ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), line.encode())
        yield (line, held.decode("gb18030", "backslashreplace")) if ESCAPED.search(line.encode()) else (line,)


def _object_of(line: Sequence[str]) -> Pairs | None:
    """The object that a line is, read in one encoding or another, its invisible characters dropped if need be."""
    return next(filter(None, map(json_object, (*line, *map(visible, line)))), None)


def _matched_record(row: Row, record: Any, line: tuple[str, ...] | None) -> int | None:
    """How many values stand under keys that no column claims, if the row says what the record says; None if it does not."""
    raw = row["_raw"]
    if raw is not None and len(raw) == 1 and line is not None and plain(raw[0] or "") in map(plain, line):
        return 0
    if not isinstance(record, Pairs) or record.has_repeats:
        if line is None and raw and len(raw) == 1:
            return 0 if row["_status"] == "rejected" and _says_all(raw[0], record) else None
        return 0 if raw is None and row["_status"] == "blank" and not plain("".join(line or ())) else None
    names = {header: name for name, (header, _) in COLUMNS.items()}
    held = {names[key]: _as_text(value) for key, value in record if key in names}
    beside = sum(key not in names and bool(plain(_as_text(value))) for key, value in record)
    if row["_status"] == "accepted":
        return beside if all(same_cell(held.get(name, ""), row[name]) for name in COLUMNS) else None
    left = [text for text in raw or [] if _says_something(text or "")]
    said = [text for text in held.values() if _says_something(text)]
    is_all = len(left) == len(said) and all(any(same_cell(text, other) for other in left) for text in said)
    return beside if is_all else None


def _says_all(raw: str, record: Any) -> bool:
    """Whether the text of a rejected record holds each of its values."""
    values = [value for _, value in record] if isinstance(record, Pairs) else [record]
    written = (json.dumps(_as_text(value), ensure_ascii=False)[1:-1] for value in values if not isinstance(value, list))
    return all(plain(text) in plain(raw) for text in written)


def _says_something(text: str) -> bool:
    """Whether a cell holds more than blanks or a sign for nil, which a row that was typed before it was rejected no longer has."""
    return bool(plain(text)) and not NIL.fullmatch(plain(text))


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)
