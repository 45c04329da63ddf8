"""Open JSON of unknown shape: objects line by line, an array, or records somewhere inside a document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from dagster_project.drafting.opened import HEAD_ROWS, CannotOpen, OpenedFile, OpenedSheet, columns_of_rows, trimmed_row

NESTED_SIGN = "."


def looks_like_json(content: bytes) -> bool:
    """Whether the first sign of a text opens an object or an array."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def open_records(path: Path, content: bytes) -> OpenedFile:
    """Open a JSON file.

    Raises:
        CannotOpen: it is no JSON, or holds no records.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotOpen("JSON 文件不是 UTF-8 编码") from error
    notes: list[str] = []
    records, where = _lines(text, notes), ""
    if not records:
        records, where = _document(text)
    if not records:
        raise CannotOpen("JSON 中找不到由对象组成的列表")
    flat = [_flat(record) for record in records]
    keys = keys_in_order(flat)
    rows = [trimmed_row([record.get(key) for key in keys]) for record in flat]
    if nested := [key for key in keys if NESTED_SIGN in key]:
        notes.append(f"嵌套的键:{'、'.join(nested)}")
    if where:
        notes.append(f"记录在 {where} 之下,不是每行一个对象")

    def below(header_rows: int, width: int) -> pa.Table:
        return columns_of_rows(rows[header_rows:], width, header_rows + 1)

    return OpenedFile(
        path, "jsonl", [OpenedSheet("", rows[:HEAD_ROWS], below, keys=keys)], "utf-8", None, where or None, notes
    )


def _lines(text: str, notes: list[str]) -> list[dict[str, Any]]:
    """The objects of a file with one on each line; none where the first line is no whole object."""
    records: list[dict[str, Any]] = []
    broken = 0
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            record = json.loads(line, parse_float=str, parse_int=str)
        except json.JSONDecodeError:
            if not records:
                return []
            broken += 1
            continue
        if isinstance(record, dict):
            records.append(record)
    if broken:
        notes.append(f"{broken} 行不是完整的 JSON 对象")
    # One object over the whole file may be a document with the records inside.
    return records if len(records) > 1 or not _longest(records, "$")[0] else []


def _document(text: str) -> tuple[list[dict[str, Any]], str]:
    try:
        document = json.loads(text, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        raise CannotOpen(f"JSON 第 {error.lineno} 行第 {error.colno} 个字符处不完整") from error
    if (
        isinstance(document, dict)
        and document
        and not any(isinstance(value, dict | list) for value in document.values())
    ):
        return [document], "$"
    return _longest(document, "$")


def _longest(node: object, where: str) -> tuple[list[dict[str, Any]], str]:
    """The longest list of objects in a document, and the path to it."""
    best: tuple[list[dict[str, Any]], str] = ([], "")
    if isinstance(node, list) and node and all(isinstance(item, dict) for item in node) and where != "$[]":
        best = (node, where)
    children: Sequence[tuple[str, object]] = []
    if isinstance(node, dict):
        children = [(f"{where}.{key}", child) for key, child in node.items()]
    for path, child in children:
        found = _longest(child, path)
        if len(found[0]) > len(best[0]):
            best = found
    return best


def _flat(record: dict[str, Any], before: str = "") -> dict[str, str | None]:
    """A record with nested objects as ``outer.inner``; a list stays JSON text."""
    flat: dict[str, str | None] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            flat |= _flat(value, f"{before}{key}{NESTED_SIGN}")
        elif value is None or isinstance(value, str):
            flat[before + key] = value
        elif isinstance(value, bool):
            flat[before + key] = "true" if value else "false"
        else:
            flat[before + key] = json.dumps(value, ensure_ascii=False)
    return flat


def keys_in_order(records: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    """All keys, each behind the one that it follows: records leave out keys without a value, and keep the order of the rest."""
    order: list[str] = []
    known: set[str] = set()
    for record in records:
        if known.issuperset(record):
            continue
        place = 0
        for key in record:
            if key in known:
                place = order.index(key) + 1
            else:
                order.insert(place, key)
                known.add(key)
                place += 1
    return tuple(order)
