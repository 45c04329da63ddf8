"""Which tables may be joined by which columns, so that no row counts twice: read from property files, stated nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MANY_TO_ONE, ONE_TO_ONE = "many-to-one", "one-to-one"


@dataclass(frozen=True, order=True)
class Join:
    """Each row of a table finds at most one row of another; tables are ``schema.table``."""

    table: str
    columns: tuple[str, ...]
    to_table: str
    to_columns: tuple[str, ...]
    cardinality: str


def joins_of(manifest: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> list[Join]:
    """Every join of published tables that keeps the rows of the first one.

    They follow from what property files say: the key of a table; ``meta.surrogate``, one column that stands for its key; the test
    ``exists_in``, which names columns that have other names than the key they hold; ``meta.joined_by_days``,
    the column of the calendar that every day is a day of. A dimension (``dim_*``) is joined by every table that has the columns of its key.

    Args:
        manifest: of dbt.
        tables: its nodes of published tables.
    """
    found = set()
    for table in tables:
        for columns, to, to_columns in (
            *_by_name(table, tables),
            *_by_date(table, tables),
            *_declared(manifest, table, tables),
        ):
            if to is not table or columns != to_columns:
                is_one = bool(_key(table)) and (set(_key(table)) <= set(columns) or columns == _surrogate(table))
                found.add(Join(_name(table), columns, _name(to), to_columns, ONE_TO_ONE if is_one else MANY_TO_ONE))
    return sorted(found)


_Found = tuple[tuple[str, ...], Mapping[str, Any], tuple[str, ...]]


def _by_name(table: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> Iterator[_Found]:
    for to in tables:
        if to is not table and to["name"].startswith("dim_"):
            for key in (_key(to), _surrogate(to)):
                if key and set(key) <= set(table["columns"]):
                    yield key, to, key


def _by_date(table: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> Iterator[_Found]:
    for to in tables:
        if (key := _meta(to).get("joined_by_days")) and to is not table:
            for name, column in table["columns"].items():
                if (column["data_type"] or "").lower() == "date":
                    yield (name,), to, (key,)


def _declared(
    manifest: Mapping[str, Any], table: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]
) -> Iterator[_Found]:
    for test in manifest["nodes"].values():
        if test.get("attached_node") == table["unique_id"] and test["test_metadata"]["name"] == "exists_in":
            told = test["test_metadata"]["kwargs"]
            named = re.findall(r"ref\(['\"](\w+)['\"]\)", told["to"])
            columns, to_columns = tuple(told["columns"]), tuple(told.get("to_columns") or told["columns"])
            for to in tables:
                # What names a row of a register by year names one of the register as it is now.
                if {to["name"], f"{to['name']}_yearly"} & set(named) and _key(to) and set(_key(to)) <= set(to_columns):
                    pairs = [pair for pair in zip(columns, to_columns, strict=True) if pair[1] in _key(to)]
                    yield tuple(pair[0] for pair in pairs), to, tuple(pair[1] for pair in pairs)


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return node["config"].get("meta") or {}


def _key(node: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_meta(node).get("key") or ())


def _surrogate(node: Mapping[str, Any]) -> tuple[str, ...]:
    return (name,) if (name := _meta(node).get("surrogate")) else ()


def _name(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['name']}"
