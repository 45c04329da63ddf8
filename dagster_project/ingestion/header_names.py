"""What a header says above each column, and which column of the contract that names."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from dagster_project.contracts import Contract
from dagster_project.contracts.faults import read_yaml
from dagster_project.ingestion.invisible import visible_text
from dagster_project.ingestion.units import split_unit

REMARKS_FILE = Path(__file__).with_name("header_remarks.yaml")
LONGEST_HEADER = 30
"""What is longer hardly comes again."""

CLOSING = (")", "]", "】")

Cell = str | None
Found = dict[str, list[int]]
"""The places of each contract column in a header row; more than one where a header stands twice."""


def normalise(text: str) -> str:
    """Half-width forms, no blanks, nothing invisible, no mark for mandatory columns, no remark on how to fill them in: how headers and markers are compared."""
    return _normalised_before(text) if len(text) <= LONGEST_HEADER else _normalised(text)


@functools.lru_cache(maxsize=5_000)
def _normalised_before(text: str) -> str:
    """Headers are the same in file after file."""
    return _normalised(text)


def _normalised(text: str) -> str:
    plain = re.sub(r"\s|[*]", "", unicodedata.normalize("NFKC", visible_text(text)))
    return _remark().sub("", plain) if plain[-1:] in CLOSING else plain


@functools.cache
def _remark() -> re.Pattern[str]:
    """What a template says in brackets about how to fill a column in, alone or beside a unit."""
    given = read_yaml(REMARKS_FILE)
    one = "|".join([*map(re.escape, given["words"]), *given["patterns"]])
    return re.compile(rf"[(\[【](?:{one})(?:[,;、](?:{one}))*[)\]】]|[,;、](?:{one})(?=[)\]】])", re.IGNORECASE)


def texts_above(rows: Sequence[Sequence[Cell]], index: int, header_rows: int) -> list[list[str]]:
    """What the header says above each column: the name first, then qualified by its groups (``收入/决算数``).

    Under groups merged across, a cell merged downwards keeps its text above, and a group holds for the names beside it.
    """
    lower = rows[index]
    if header_rows == 1:
        return [[cell or ""] for cell in lower]
    levels = [list(row) for row in rows[max(0, index - header_rows + 1) : index + 1]]
    width = max(map(len, levels))
    for level in levels:
        level += [None] * (width - len(level))
    texts = []
    groups: list[Cell] = [None] * len(levels)
    for place in range(width):
        cells = [level[place] or None for level in levels]
        for number, cell in enumerate(cells):
            if cell:
                groups[number:] = [cell, *[None] * (len(groups) - number - 1)]
        name_at = max((number for number, cell in enumerate(cells) if cell), default=None)
        if name_at is None:
            texts.append([""])
            continue
        path = [group for group in groups[: name_at + 1] if group]
        texts.append([path[-1], *("/".join(path[start:]) for start in range(len(path) - 1))])
    return texts


def named_columns(texts: Sequence[Sequence[str]], contract: Contract) -> Found:
    """Where each column stands that these texts name, by a name alone or one qualified by its groups."""
    by_header = {normalise(header): column.name for column in contract.columns for header in column.headers}
    found: Found = {}
    for position, words in enumerate(texts):
        # What is qualified goes before the name alone, which several groups may have.
        for text in (*words[1:], words[0]):
            plain = normalise(text)
            if name := by_header.get(plain) or by_header.get(split_unit(plain)[0]):
                found.setdefault(name, []).append(position)
                break
    return found | _fallbacks(texts, contract, found)


def _fallbacks(texts: Sequence[Sequence[str]], contract: Contract, found: Found) -> Found:
    """Where the columns stand that have none of their own headers: each under the first of its other headers that is there."""
    wanting = [c for c in contract.columns if c.fallback_headers and c.name not in found]
    if not wanting:
        return {}
    places: Found = {}
    for position, words in enumerate(texts):
        places.setdefault(split_unit(normalise(words[0]))[0].casefold(), []).append(position)
    second = {c.name: [places.get(normalise(header).casefold()) for header in c.fallback_headers] for c in wanting}
    return {name: there for name, all_places in second.items() if (there := next(filter(None, all_places), None))}
