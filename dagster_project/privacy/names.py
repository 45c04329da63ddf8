"""How Chinese names are told from other words: by the lists of words.yaml, and by what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

HAN = "[\u4e00-\u9fff]"
"""A Chinese sign, as Python's patterns and RE2 write it."""


@dataclass(frozen=True)
class Words:
    """The lists of words.yaml, as patterns."""

    surname: str
    not_names: frozenset[str]
    fields: str
    before: str
    after: str
    lead_in: str
    ends: str
    places: tuple[str, ...]


@lru_cache(1)
def words() -> Words:
    """The lists by which names are told, read once."""
    told = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))

    def any_of(name: str) -> str:
        return "|".join(sorted(map(re.escape, told[name]), key=len, reverse=True))

    surnames = "".join(told["surnames"].split())
    return Words(
        f"(?:{any_of('compound_surnames')}|[{surnames}])",
        frozenset(told["not_names"]),
        any_of("fields"),
        any_of("before"),
        any_of("after"),
        any_of("lead_in"),
        any_of("ends"),
        tuple(told["places"]),
    )


@lru_cache(1)
def _name_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    said = words()
    end = rf"(?=$|[^\u4e00-\u9fff]|{said.after}|{said.ends})"
    behind_a_field = re.compile(
        rf"(?:{said.fields})(?:[::为是 (]{{1,3}}({HAN}{{1,8}}·{HAN}{{1,8}}|{said.surname}{HAN}{{1,2}}{end}|{said.surname}{HAN}{{1,2}})|({said.surname}{HAN}{{1,2}}){end})"
    )
    before_a_word = re.compile(
        rf"(?:^|(?<=[^\u4e00-\u9fff])|{said.lead_in}|{said.before})({said.surname}{HAN}{{1,2}}?|{HAN}{{2,6}}?·{HAN}{{2,8}}?)(?={said.after})"
    )
    behind_a_word = re.compile(rf"(?:{said.before})[::( ]?({said.surname}{HAN}{{1,2}}){end}")
    return behind_a_field, before_a_word, behind_a_word


def names_by_words(half: str) -> Iterator[tuple[int, int, str]]:
    """Names that a word in front or behind tells to be such."""
    said = words()
    for number, pattern in enumerate(_name_patterns()):
        for match in pattern.finditer(half):
            start, end = match.span(1) if match[1] else match.span(2)
            name = half[start:end]
            if name[:2] in said.not_names or (number and (name[1:] in said.not_names or name.endswith(said.places))):
                continue
            yield start, end, "name"


def names_before(half: str, numbers: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Names right before the number of a person, as in 王某某13800138000."""
    said = words()
    for place, _, kind in numbers:
        match = _before_a_number().search(half[:place]) if kind in ("id", "phone", "account") else None
        if match and match[1][:2] not in said.not_names and not match[1].endswith(said.places):
            yield *match.span(1), "name"


@lru_cache(1)
def _before_a_number() -> re.Pattern[str]:
    said = words()
    begins = rf"(?:^|(?<=[^\u4e00-\u9fff])|{said.lead_in}|{said.before})"
    return re.compile(rf"{begins}({said.surname}{HAN}{{1,2}})[ ,:,:((]{{0,2}}$")


def stands_alone(half: str, start: int, end: int) -> bool:
    """Whether a known name is one here: not the beginning of a place, and of two characters only where a word ends."""
    said = words()
    rest = half[end:]
    if rest.startswith(said.places):
        return False
    if end - start > 2:
        return True
    begins = (
        start == 0
        or not re.match(HAN, half[start - 1])
        or re.search(rf"(?:{said.lead_in}|{said.before})$", half[:start])
    )
    return bool(begins and re.match(rf"$|[^\u4e00-\u9fff]|{said.after}|{said.ends}", rest))
