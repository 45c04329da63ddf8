"""Each value of a damaged file of JSON against the landed rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.damage.landed import Landed, Row, faults_of_unclaimed
from benchmarks.damage.ledgers import COLUMNS
from benchmarks.damage.witness import (
    NIL,
    Pairs,
    json_object,
    json_records,
    plain,
    same_cell,
    text_lines,
    visible,
)

ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


def faults_of_json(content: bytes, landed: Landed) -> Iterator[str]:
    """What does not add up in a file of JSON, as one document or in lines."""
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
    yield from faults_of_unclaimed(Counter({0: unclaimed}), landed)


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
