"""Which rows the door lets in: what the contract requires of a row must be there and be what it says it is."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from oracle.cells import code, day, month, number, words, yes

ROOT = Path(__file__).parents[2]
Check = Callable[[str], object]


def _text(pattern: str | None) -> Check:
    return lambda cell: pattern is None or re.fullmatch(pattern, words(cell) or "") is not None


@functools.cache
def _names(code_list: str) -> dict[str, str]:
    with (ROOT / "dbt" / "seeds" / "code_lists" / f"{code_list}.csv").open(encoding="utf-8") as lines:
        return {row["code"]: row["name_zh"] for row in csv.DictReader(lines)}


@functools.cache
def _contract(ledger: str) -> dict[str, Any]:
    text = (ROOT / "dagster_project" / "contracts" / f"{ledger}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def usual_unit(ledger: str) -> str:
    """The unit of money of a file that does not say one."""
    return str(_contract(ledger)["files"][0].get("unit", ""))


@functools.cache
def required(ledger: str) -> list[tuple[tuple[str, ...], Check]]:
    """The columns that no row may lack: their headers, and what makes a cell good."""
    found: list[tuple[tuple[str, ...], Check]] = []
    for column in _contract(ledger)["columns"]:
        if not column.get("required"):
            continue
        kind = column["type"]
        check: Check = _text(column.get("pattern"))
        if kind == "date":
            check = lambda cell: day(cell) is not None  # noqa: E731
        elif kind == "month":
            check = lambda cell: month(cell) is not None  # noqa: E731
        elif kind in ("money", "integer", "decimal"):
            check = lambda cell: isinstance(number(cell), Decimal)  # noqa: E731
        elif kind == "boolean":
            check = lambda cell: yes(cell) is not None  # noqa: E731
        elif kind == "code" and "codes" in column:
            check = functools.partial(_is_code, column["codes"])
        elif kind == "code" and "allowed" in column:
            check = functools.partial(_is_one_of, frozenset(column["allowed"]))
        found.append((tuple(column["headers"]), check))
    return found


def _is_code(code_list: str, cell: str) -> bool:
    return code(cell, _names(code_list)) is not None


def _is_one_of(allowed: frozenset[str], cell: str) -> bool:
    return words(cell) in allowed


def is_accepted(ledger: str, row: dict[str, str]) -> bool:
    """Whether a row by header text has all that its contract requires."""
    for headers, check in required(ledger):
        cells = [row[header] for header in headers if header in row]
        if cells and (words(cells[0]) is None or not check(cells[0])):
            return False
    return True
