"""Which official code list the values of a column come from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dagster_project.contracts.code_lists import CODE_LISTS_DIR, load_code_list
from dagster_project.drafting.words import LIST_WORDS

MOST_STRANGERS = 0.02
"""Part of the cells that may not be in the list: departments do use wrong codes now and then."""
SURE_LENGTH = 5
"""A code of so many signs is hardly another list's by chance."""


@dataclass(frozen=True)
class ListGuess:
    """A list, and the values that it does not know."""

    name: str
    strangers: tuple[str, ...]


class CodeLists:
    """The official code lists of the project, by code and by name."""

    def __init__(self) -> None:
        self._codes: dict[str, dict[str, str]] = {
            path.stem: {code.code: code.name_zh for code in load_code_list(path.stem)}
            for path in sorted(CODE_LISTS_DIR.glob("*.csv"))
        }

    def guess(self, header: str, values: Iterable[tuple[str, int]]) -> ListGuess | None:
        """The list that knows the values best, None where none does or where codes so short may mean anything.

        Args:
            header: whose words decide between lists with the same short codes.
            values: common values of the column with their number.
        """
        counted = list(values)
        total = sum(count for _, count in counted)
        if not total:
            return None
        best: tuple[float, ListGuess] | None = None
        for name, codes in self._codes.items():
            names = set(codes.values())
            known = [(value, count) for value, count in counted if _knows(codes, names, value)]
            if sum(count for _, count in known) < total * (1 - MOST_STRANGERS):
                continue
            speaks = bool(re.search(LIST_WORDS.get(name, "(?!)"), header, re.IGNORECASE))
            is_sure = all(_is_telling(codes, value) for value, _ in known)
            if not speaks and (not is_sure or len(known) < 2):
                continue
            strangers = tuple(value for value, _ in counted if not _knows(codes, names, value))
            score = 2.0 * speaks + 1.0 * is_sure + len({_part(value) for value, _ in known}) / (len(codes) + 1)
            if best is None or score > best[0]:
                best = (score, ListGuess(name, strangers))
        return best[1] if best else None


def _part(value: str) -> str:
    return value.split("##")[0].split("-")[0]


def _knows(codes: dict[str, str], names: set[str], value: str) -> bool:
    return _part(value) in codes or value in names


def _is_telling(codes: dict[str, str], value: str) -> bool:
    """Whether a value by itself says from which list it is: a name, a code with its name, or a long code."""
    part = _part(value)
    return part not in codes or len(part) >= SURE_LENGTH or codes[part] in value
