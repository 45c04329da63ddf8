"""Read a JSON document that holds a list of records: an array, or a list that stands somewhere inside an object."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from dagster_project.contracts import Contract, FileLayout
from dagster_project.ingestion.decoded import whole_text
from dagster_project.ingestion.header import find_header
from dagster_project.ingestion.invisible import visible
from dagster_project.ingestion.json_beside import stated_beside, values_beside
from dagster_project.ingestion.json_record import (
    REPEATED,
    FlatRecord,
    Record,
    as_text,
    flatten,
    is_writable,
    keys_of,
    repeats_a_key,
)
from dagster_project.ingestion.json_rules import NESTED, UNKNOWN_KEYS
from dagster_project.ingestion.json_values import takes_lists
from dagster_project.ingestion.lost_text import count_private_use, lost_in_column
from dagster_project.ingestion.rules import Refused
from dagster_project.ingestion.text_table import (
    VERDICT,
    Note,
    Tally,
    TextTable,
    refuse_too_wide,
    some_places,
    some_words,
    text_schema,
    trimmed,
)
from dagster_project.ingestion.units import names_units

OF_THE_RECORD = ("repeated_json_key", UNKNOWN_KEYS, NESTED)
"""Rules that tell of all keys of a record: those that no column claims are not told again."""
HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
"""May be half of a character that stands as two escapes; without the other half it is none."""


def is_document(head: str, contract: Contract, layout: FileLayout) -> bool:
    """Whether a JSON file is one document, by its first megabyte: its first line is no object of its own."""
    if layout.records is not None or any("." in header for column in contract.columns for header in column.headers):
        return True
    first = next((line for line in head.splitlines() if line.strip()), "")
    if not first.lstrip().startswith(("[", "{")):
        return False
    try:
        parsed = json.loads(first)
        is_alone = head.strip() == first.strip()
        return not isinstance(parsed, dict) or (is_alone and any(map(_holds_records, parsed.values())))
    except (ValueError, RecursionError):
        # A damaged first line of JSON Lines is followed by lines that are objects of their own.
        second = next((line for line in head.splitlines()[1:] if line.strip()), "")
        return first.lstrip().startswith("[") or not second.lstrip().startswith("{")


def read_json_document(path: Path, encoding: str, contract: Contract, layout: FileLayout) -> TextTable:
    """Open a JSON document; keys within a record are joined by points, lists of plain values by ``、``.

    Raises:
        Refused: the document is broken, holds no list of records or several, or a required key is in no record.
    """
    text = whole_text(path, encoding)
    try:
        records, notes, beside = _records(text, layout)
        if HALF_PAIR.search(text):
            records = [record if is_writable(record) else json.dumps(record) for record in records]
        flat = [flatten(record) if isinstance(record, dict) else None for record in records]
    except RecursionError as error:
        raise Refused("broken_json", detail="层次太深,某处") from error
    sound = [record for record in flat if record is not None]
    if not sound:
        raise Refused("no_records", detail="列表中的不是记录(键和值)" if flat else "列表是空的,一条记录也没有")
    keys = keys_of(sound, {text for column in contract.columns for text in (*column.headers, *column.fallback_headers)})
    refuse_too_wide(len(keys))
    header = replace(find_header([beside, keys], contract, layout), rows=0, head=())
    written = {name: keys[place] for name, place in header.positions.items()}
    tally = Tally()
    for text in filter(names_units, header.extra.values()):
        tally.add_unit_words({text: some_words(pa.array([each.values.get(text) for each in sound], pa.string()))})
    table = _table(records, flat, header.texts, written, tally, contract)
    if header.extra:
        notes += _extra_keys(flat, table.column(VERDICT).to_pylist(), list(header.extra.values()))
    refs = {name: f"键 {text}" for name, text in header.texts.items()}
    return TextTable(
        "", replace(header, extra={}), refs, table.to_reader, tally=tally, notes=tuple(notes), has_nested=True
    )


def _extra_keys(
    flat: Sequence[FlatRecord | None], verdicts: Sequence[str | None], texts: Sequence[str]
) -> Iterator[Note]:
    """In how many records each key that no column claims has a value; records that are told as a whole tell of their own."""
    filled, told, only_objects = set[str](), Counter[str](), set[str]()
    for each, verdict in zip(flat, verdicts, strict=True):
        if each is None:
            continue
        keys = each.filled()
        filled.update(keys)
        only_objects.update(key.strip() for key in each.inner if key not in each.values)
        if not (verdict or "").startswith(OF_THE_RECORD):
            told.update(keys)
    for text in texts:
        if told[text] or text not in filled | only_objects:
            yield Note("extra_column", header=text, value=f"{told[text]:,}")


def _table(
    records: Sequence[Any],
    flat: Sequence[FlatRecord | None],
    texts: Mapping[str, str],
    written: Mapping[str, str],
    tally: Tally,
    contract: Contract,
) -> pa.Table:
    """The records under the names of their columns; ``written`` are the keys as they stand, blanks and all."""
    columns = []
    verdicts = [_verdict(record) for record in records]
    nested: dict[int, list[str]] = {}
    for name, text in texts.items():
        is_list = takes_lists(contract.column(name), contract)
        found = [(None, False) if each is None else each.cell(written[name], takes_lists=is_list) for each in flat]
        for n, (_, is_nested) in enumerate(found):
            if is_nested:
                nested.setdefault(n, []).append(name)
        cells = pa.array([cell for cell, _ in found], pa.string())
        for n, verdict in lost_in_column(cells, f"键 {text} ").items():
            verdicts[n] = verdicts[n] or verdict
        count_private_use(cells, f"键 {text} ", 1, tally)
        cells, count = visible(cells)
        tally.invisible += count
        columns.append(trimmed(cells))
    for n, each in enumerate(flat):
        if each is not None and not any(column[n].as_py() for column in columns) and (filled := each.filled()):
            verdicts[n] = verdicts[n] or f"{UNKNOWN_KEYS}:{some_places(filled, '等')}"
    raw = [as_text(r) if verdict else None for r, verdict in zip(records, verdicts, strict=True)]
    verdicts = [v or (f"{NESTED}:{','.join(nested[n])}" if n in nested else None) for n, v in enumerate(verdicts)]
    marks = [
        pa.array(range(1, len(records) + 1), pa.int64()),
        pa.array(raw, pa.string()),
        pa.array(verdicts, pa.string()),
    ]
    return pa.table([*columns, *marks], schema=text_schema(list(texts)))


def _verdict(record: Any) -> str | None:
    if not isinstance(record, dict):
        return "bad_json:"
    return "repeated_json_key:" if repeats_a_key(record) else None


def _records(text: str, layout: FileLayout) -> tuple[list[Any], list[Note], list[str | None]]:
    """The records of a document, what is to be told of them, and what it says beside them: ``单位:万元``."""
    try:
        document = _parsed(text)
    except json.JSONDecodeError as error:
        lines = _lines(text)
        if lines is not None:
            return lines, [], []
        raise Refused(
            "broken_json", detail=f"第 {error.lineno} 行第 {error.colno} 个字附近", row=error.lineno
        ) from error
    beside = _beside(document)
    whole = document
    if layout.records is not None:
        for key in layout.records.split("."):
            document = document.get(key) if isinstance(document, dict) else None
        if not isinstance(document, list):
            raise Refused("no_records", detail=f"路径 {layout.records} 之下不是记录的列表")
        return document, stated_beside(whole, document), beside
    if isinstance(document, list):
        return document, [], []
    if not isinstance(document, dict):
        raise Refused("no_records", detail="整个文件只是一个值")
    lists = dict(_lists(document))
    if len(lists) > 1:
        raise Refused("no_records", detail=f"有几个列表:{'、'.join(lists)},约定没有说明是哪一个")
    if not lists:
        return [document], [], []
    ((key, records),) = lists.items()
    notes = [Note("json_list", header=key, value=str(len(records))), *stated_beside(document, records)]
    return records, notes, beside


def _parsed(text: str) -> Any:
    def pairs(items: list[tuple[str, Any]]) -> Record:
        record = dict(items)
        return record if len(record) == len(items) else record | {REPEATED: items}

    return json.loads(text, object_pairs_hook=pairs, parse_float=_number, parse_int=str)


def _number(text: str) -> str:
    """A number as it stands; of one in scientific notation the sign is written out, so that a text is found to be such."""
    mantissa, mark, exponent = text.lower().partition("e")
    return text if not mark or exponent[0] in "+-" else f"{mantissa}E+{exponent}"


def _lines(text: str) -> list[Any] | None:
    """The records of JSON Lines whose keys are nested; None where the text is no such thing. A broken line is its own text."""
    records: list[Any] = []
    sound = 0
    for line in text.split("\n"):
        if not line.strip():
            continue
        try:
            records.append(_parsed(line))
            sound += isinstance(records[-1], dict)
        except (ValueError, RecursionError):
            records.append(line)
    return records if sound * 2 > len(records) else None


def _lists(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, list[Any]]]:
    """The lists of records in a document, each with the path to it."""
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _lists(value, f"{prefix}{key}.")
        elif isinstance(value, list) and _has_records(value):
            yield prefix + key, value


def _beside(document: Any) -> list[str | None]:
    """The texts of a document that stand in no list, each behind its key."""
    return [f"{key}:{value}" for _, key, value in values_beside(document) if isinstance(value, str)]


def _holds_records(value: Any) -> bool:
    """Whether a list of records stands in a value, however deep."""
    if isinstance(value, dict):
        return any(map(_holds_records, value.values()))
    return isinstance(value, list) and _has_records(value)


def _has_records(value: list[Any]) -> bool:
    return any(isinstance(item, dict) for item in value)
