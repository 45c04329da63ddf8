"""English names and descriptions of columns: from the shipped contracts, then from the glossary; else a number and a mark."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dagster_project.contracts import Contract
from dagster_project.drafting.find_table import UNIT_IN_HEADER, half_width

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Name:
    """A column name with its description; ``source`` says where it comes from, None where it is only a number."""

    name: str
    zh: str
    en: str
    source: str | None


class Names:
    """What is known about header texts."""

    def __init__(self, contracts: Iterable[Contract], glossary: Mapping[str, tuple[str, str]]):
        known: dict[str, list[tuple[Contract, str, str, str]]] = {}
        for contract in contracts:
            for column in contract.columns:
                for header in column.headers:
                    fact = (contract, column.name, column.description.zh, column.description.en)
                    known.setdefault(half_width(header), []).append(fact)
        self._known = known
        self._glossary = glossary

    def name(self, header: str, number: int, ledger: str = "") -> Name:
        """The name of a column; ``ledger`` is preferred where several contracts know the header."""
        text = UNIT_IN_HEADER.sub("", half_width(header))
        leaf = text.rsplit("/", 1)[-1]
        for candidate in (half_width(header), text, leaf):
            if facts := self._known.get(candidate):
                often = Counter(name for _, name, _, _ in facts)
                contract, name, zh, en = max(facts, key=lambda fact: (fact[0].ledger == ledger, often[fact[1]]))
                return Name(name, zh, en, f"现有台账“{contract.title.zh}”")
        for candidate in (text, leaf):
            if candidate in self._glossary:
                name, en = self._glossary[candidate]
                return Name(name, header, en, "术语表")
        if ascii_name := _snake(header):
            return Name(ascii_name, header, header, "表头")
        return Name(f"column_{number}", header or f"第{number}列(没有表头)", f"Column {number}, please name it", None)


def _snake(header: str) -> str | None:
    """``districtCode`` or ``Award ID`` as a column name; None for anything that is not ASCII."""
    if not header.isascii():
        return None
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header)
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return name if IDENTIFIER.fullmatch(name) else (f"c_{name}" if name else None)


def read_glossary(path: Path) -> dict[str, tuple[str, str]]:
    """Chinese term to column name and English text, of the terms that the glossary gives exactly one name in code."""
    found: dict[str, tuple[str, str]] = {}
    if not path.is_file():
        return found
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) < 3:
            continue
        names = re.findall(r"`([a-z][a-z0-9_]*)`", cells[1])
        terms = [term.strip() for term in cells[0].split(" / ")]
        if len(names) == 1 and len(terms) == 1:
            found[half_width(terms[0])] = (names[0], cells[2] or names[0])
    return found
