"""Whom the landed ledgers know: the values of columns that contracts mark as personal or secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from dagster_project.contracts import Contract
from dagster_project.ingestion.sql import literal
from dagster_project.privacy.names import HAN, words
from dagster_project.privacy.recogniser import HALF_WIDTH, Known

SHORTEST_NUMBER = 7
"""Digits of the shortest telephone number: fewer of them may be anything."""
SHORTEST_SECRET = 4
"""Signs of the shortest secret name that is looked for in other texts: a shorter one would hide ordinary words."""


def known_of(landing_dir: Path, contracts: Iterable[Contract]) -> Known:
    """The persons, numbers and secret names in all landed rows, current or not.

    Args:
        landing_dir: holds a folder of Parquet for each ledger.
        contracts: of the ledgers.
    """
    names: set[str] = set()
    numbers: set[str] = set()
    secrets: set[str] = set()
    with duckdb.connect() as connection:
        for contract in contracts:
            files = literal(str(landing_dir / contract.ledger / "*.parquet"))
            for column in contract.columns:
                if not (column.names_people or column.personal or column.secret_if):
                    continue
                if not any((landing_dir / contract.ledger).glob("*.parquet")):
                    continue
                secret = f"and {column.secret_if}" if column.secret_if else ""
                found = connection.execute(
                    f"""
                    select distinct cast({column.name} as varchar) from read_parquet({files}, union_by_name = true)
                    where {column.name} is not null {secret}
                    """
                ).fetchall()
                values = [value for (value,) in found]
                if column.secret_if:
                    secrets |= {value for value in values if len(value) >= SHORTEST_SECRET}
                if column.names_people:
                    names |= set(filter(is_name, values))
                if column.personal:
                    numbers |= {number for value in values for number in _numbers(value)}
    return Known(frozenset(names), frozenset(numbers), frozenset(secrets))


def is_name(text: str) -> bool:
    """Whether the value of a column of persons is a name that may be looked for elsewhere: not 员工0075, not a company."""
    said = words()
    if re.fullmatch(rf"{HAN}{{2,8}}·{HAN}{{2,8}}", text):
        return True
    return bool(
        re.fullmatch(rf"{said.surname}{HAN}{{1,2}}", text)
        and text[:2] not in said.not_names
        and not text.endswith(said.places)
    )


def _numbers(text: str) -> list[str]:
    runs = re.findall(r"\d(?:[ -]?\d)+", text.translate(HALF_WIDTH))
    return [number for run in runs if len(number := re.sub(r"\D", "", run)) >= SHORTEST_NUMBER]
