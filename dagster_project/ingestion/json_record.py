"""One record of a JSON document: its values under keys that are joined by points, its lists, and whether it says a key twice."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from dagster_project.ingestion.invisible import visible_text
from dagster_project.ingestion.json_beside import plain_text
from dagster_project.ingestion.json_values import LIST_MARK

REPEATED = "\x00repeated"
"""Marks a record that gives a key twice."""

Record = dict[str, Any]


class FlatRecord(NamedTuple):
    """A record with its inner keys joined by points, every value as text; ``inner`` are its objects and lists that hold something.

    A list of plain values is a text too, its members parted by ``、``; ``lists`` are the keys of these.
    """

    values: dict[str, str | None]
    inner: dict[str, str]
    lists: set[str]

    def cell(self, key: str, *, takes_lists: bool) -> tuple[str | None, bool]:
        """What stands under a key, and whether it is no plain value."""
        if key in self.inner and not (takes_lists and key in self.lists):
            return self.inner[key], True
        return self.values.get(key), False

    def filled(self) -> list[str]:
        """The keys under which something can be seen, as they are written without blanks around them."""
        return [key.strip() for key, value in self.values.items() if value and visible_text(value).strip()]


def flatten(record: Mapping[str, Any]) -> FlatRecord:
    """A record as texts."""
    flat = FlatRecord({}, {}, set())
    _add(record, "", flat)
    return flat


def _add(record: Mapping[str, Any], prefix: str, flat: FlatRecord) -> None:
    for key, value in record.items():
        if key == REPEATED:
            continue
        path = prefix + key
        if isinstance(value, dict | list) and value:
            flat.inner[path] = as_text(value)
        if isinstance(value, dict):
            _add(value, f"{path}.", flat)
        elif isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
            flat.lists.add(path)
            flat.values[path] = LIST_MARK.join("" if item is None else plain_text(item) for item in value) or None
        else:
            flat.values[path] = None if value is None else plain_text(value)


def keys_of(records: Sequence[FlatRecord], declared: Collection[str]) -> list[str]:
    """Every key that holds a value, then those that hold nothing but objects: one of them may be a column, unless inner keys are declared."""
    keys = dict.fromkeys(key for record in records for key in record.values)
    inner = dict.fromkeys(key for record in records for key in record.inner)
    return [*keys, *(k for k in inner if k not in keys and not any(each.startswith(f"{k}.") for each in declared))]


def repeats_a_key(value: Any) -> bool:
    """Whether an object gives a key twice, at any depth."""
    if isinstance(value, dict):
        return REPEATED in value or any(map(repeats_a_key, value.values()))
    return isinstance(value, list) and any(map(repeats_a_key, value))


def as_text(record: Any) -> str:
    """A record as it stands, with each of its repeated keys."""
    if isinstance(record, dict):
        items = record.get(REPEATED, record.items())
        return f"{{{', '.join(f'{json.dumps(key, ensure_ascii=False)}: {as_text(value)}' for key, value in items)}}}"
    if isinstance(record, list):
        return f"[{', '.join(map(as_text, record))}]"
    return json.dumps(record, ensure_ascii=False)


def is_writable(value: Any) -> bool:
    """Whether everything in a value can be written down: half of an escaped character cannot."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
