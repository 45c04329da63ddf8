"""What a JSON document states beside its list of records: how many there are, and whether it is one page of several."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from dagster_project.ingestion.text_table import Note

COUNT_KEYS = frozenset(
    "total count totalcount totalrecords totalelements totalrows totalnum totalsize recordcount recordstotal rowcount records "
    "总数 总条数 总记录数 记录数 记录总数 条数".split()
)
"""Keys beside a list of records, at any depth, that say how many there are."""

MORE_KEYS = frozenset(
    "hasmore hasnext hasnextpage more next nextpage nextpageurl nextcursor nextlink nexturl nexttoken nextpagetoken".split()
)
"""Keys beside a list of records that say that another page follows: true, its address or its number."""
NO_MORE = frozenset({"", "0", "-1", "false", "no", "null", "none", "否", "无"})
PAGE_KEYS = frozenset("pages totalpages totalpage pagecount 总页数 页数".split())
"""Keys beside a list of records that say how many pages there are, of which the list is one."""


def stated_beside(document: Any, records: Sequence[Any]) -> list[Note]:
    """What a document states about its list that the list does not hold: other numbers of records, further pages."""
    stated = [(path, re.sub("[_ -]", "", key.lower()), value) for path, key, value in values_beside(document)]
    counts = [(path, text) for path, key, value in stated if key in COUNT_KEYS and (text := _digits(value))]
    found = str(len(records))
    notes = [Note("count_differs", value=text, detail=found, header=path) for path, text in counts if text != found]
    if counts and not notes:
        return []
    return notes + [
        Note("more_pages", value=plain_text(value), header=path)
        for path, key, value in stated
        if (key in MORE_KEYS and _says_more(value)) or (key in PAGE_KEYS and _digits(value) not in ("", "0", "1"))
    ]


def values_beside(document: Any, prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """The plain values of a document that stand in no list, each with its path and its key."""
    for key, value in document.items() if isinstance(document, dict) else ():
        if isinstance(value, dict):
            yield from values_beside(value, f"{prefix}{key}.")
        else:
            yield prefix + key, key, value


def _digits(value: Any) -> str:
    """A whole number as text without noughts before it; empty where the value is none."""
    text = str(value).strip()
    return text.lstrip("0") or "0" if text.isascii() and text.isdigit() else ""


def _says_more(value: Any) -> bool:
    """Whether a key such as ``hasMore`` or ``next`` says that another page follows."""
    return value is True or (isinstance(value, str) and value.strip().lower() not in NO_MORE)


def plain_text(value: Any) -> str:
    """A value that is no object as text, as the document writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
