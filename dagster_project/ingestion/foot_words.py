"""Rows below a table that are no data by general words, whatever a contract says of markers: totals, notes, that nothing follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from dagster_project.contracts import NUMBER_TYPES, Contract
from dagster_project.contracts.faults import read_yaml
from dagster_project.ingestion.spellings import TO_FULL_WIDTH, half_width, only_where
from dagster_project.ingestion.sql import literal

FOOT_WORDS_FILE = Path(__file__).with_name("foot_words.yaml")
NUMBER = "[-+(]?[¥￥$]?[-+]?[0-9][0-9,]*(?:[.][0-9]*)?[%)]?"
"""A cell that is a number: beside a word for a total it is one, beside another word it is a value that must not be lost."""


class FootWords(NamedTuple):
    """The patterns of `foot_words.yaml`, each of a whole cell without blanks; ``letters`` are what such a cell begins with."""

    total: re.Pattern[str]
    note: re.Pattern[str]
    letters: str


@cache
def foot_words() -> FootWords:
    """The words as patterns that Python and the engine read alike."""
    given = read_yaml(FOOT_WORDS_FILE)
    letters = {letter for kind in given.values() for letter in _letters(kind)}
    letters |= {each.upper() for each in letters}
    letters |= {each.translate(TO_FULL_WIDTH) for each in letters}
    notes = "|".join(_pattern(kind) for name, kind in given.items() if name != "totals")
    total = re.compile(f"(?i)^(?:{_pattern(given['totals'])})$")
    return FootWords(total, re.compile(f"(?i)^(?:{notes})$"), "".join(sorted(letters)))


def _letters(kind: Mapping[str, Any]) -> str:
    return kind.get("begins", "") + "".join(word[0] for word in kind.get("words", []))


def _pattern(kind: Mapping[str, Any]) -> str:
    if "patterns" in kind:
        return "|".join(kind["patterns"])
    return f"{kind.get('before', '')}(?:{'|'.join(map(re.escape, kind['words']))}){kind['behind']}"


def signs(cell: str) -> bool:
    """Whether a normalised cell names who signed a table, when, or a note, with what follows it: 审核人:李四. It is no key then."""
    return ":" in cell and bool(foot_words().note.search(cell))


def signs_sql(cell: str) -> str:
    """The same as SQL, of a cell as it is in the file."""
    text = f"regexp_replace({half_width(cell)}, '\\s', '', 'g')"
    return f"(contains({text}, ':') and regexp_matches({text}, {literal(foot_words().note.pattern)}))"


def foot_of(filled: Sequence[str]) -> str | None:
    """What a row is by its normalised filled cells alone: a total with nothing but numbers, a note with nothing else or its words in the next cell."""
    words, first, rest = foot_words(), filled[0], filled[1:]
    if words.total.search(first) and all(re.fullmatch(NUMBER, cell) for cell in rest):
        return "subtotal"
    if not words.note.search(first) or any(re.fullmatch(NUMBER, cell) for cell in rest):
        return None
    is_note = len(rest) <= 1 or all(words.note.search(cell) for cell in rest)
    return "footnote" if is_note else None


def lacks_owed(contract: Contract, cell_of: Callable[[str], str | None], names: Sequence[str]) -> bool:
    """Whether a row has nothing in some column of ``names`` that every row of data fills."""
    return any(not cell_of(name) for name in _owed(contract, names))


def _owed(contract: Contract, names: Sequence[str]) -> list[str]:
    return [c.name for c in contract.columns if c.name in names and (c.required or c.name in contract.key)]


def may_be_foot_sql(first: str, held: Mapping[str, str], contract: Contract) -> str:
    """Whether a row may be one of these, as SQL: its first cell begins like one, and it lacks what every row of data has.

    Args:
        first: the first filled cell of the row.
        held: the cells of the columns that the file has, by name.
        contract: of the ledger.
    """
    begins = f"contains({literal(foot_words().letters)}, left({first}, 1))"
    return only_where(begins, f"{_lacks_sql(held, contract)} or {_only_numbers_sql(first, held, contract)}")


def foot_sql(first: str, text: str, held: Mapping[str, str], contract: Contract) -> str:
    """``subtotal`` or ``footnote`` for a row that is one by general words, else null, as SQL; ``text`` is its first cell in half width, without blanks."""
    words = foot_words()
    numbers = [cell for name, cell in held.items() if contract.column(name).type in NUMBER_TYPES]
    has_number = " or ".join(f"coalesce(regexp_full_match({cell}, {literal(NUMBER)}), false)" for cell in numbers)
    return f"""case
        when not coalesce({may_be_foot_sql(first, held, contract)}, false) then null
        when regexp_matches({text}, {literal(words.total.pattern)}) then 'subtotal'
        when regexp_matches({text}, {literal(words.note.pattern)}) and not ({has_number or "false"}) then 'footnote'
    end"""


def _lacks_sql(held: Mapping[str, str], contract: Contract) -> str:
    owed = " or ".join(f"{held[name]} is null" for name in _owed(contract, list(held)))
    return owed or "false"


def _only_numbers_sql(first: str, held: Mapping[str, str], contract: Contract) -> str:
    """Whether nothing but numbers stand beside the first cell."""
    others = [cell for name, cell in held.items() if contract.column(name).type not in NUMBER_TYPES]
    return f"concat_ws('', {', '.join(others)}) = {first}" if others else "false"
