"""A few rows of a published table: from a version only, so that nothing is shown that readers may not see."""

from __future__ import annotations

from typing import Any

import duckdb

from dagster_project.publishing import DATABASE, FREE_TEXT, PublishedVersion
from dagster_project.publishing.proof import read_manifest

ROWS, COLUMNS, LETTERS = 5, 8, 24
"""What fits on a page of Dagster: rows, columns, and characters of a cell."""


def first_rows(version: PublishedVersion, table: str, count: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and first rows of a table (``schema.name``) of a version.

    Where free texts of the version are not masked, texts are left out: pages of the UI have more readers than the tables.
    """
    with _opened(version) as connection:
        return _first_rows(connection, table, count, is_masked=_is_masked(version))


def previews(version: PublishedVersion) -> dict[str, str]:
    """The first rows of every table of a version as Markdown, by ``schema.name``."""
    found, is_masked = {}, _is_masked(version)
    with _opened(version) as connection:
        for name in version.tables:
            table = name.replace("/", ".")
            columns, rows = _first_rows(connection, table, ROWS, is_masked=is_masked)
            if columns:
                found[table] = _markdown(columns, rows)
    return found


def _opened(version: PublishedVersion) -> duckdb.DuckDBPyConnection:
    """The database of a version: one file for all tables, where Parquet has one each, takes half the time."""
    return duckdb.connect(str(version.path / DATABASE), read_only=True)


def _is_masked(version: PublishedVersion) -> bool:
    return read_manifest(version.path).get(FREE_TEXT) == "masked"


def _first_rows(
    connection: duckdb.DuckDBPyConnection, table: str, count: int, *, is_masked: bool
) -> tuple[list[str], list[tuple[Any, ...]]]:
    relation = connection.table(table)
    kinds = zip(relation.columns, relation.types, strict=True)
    names = [name for name, kind in kinds if is_masked or "VARCHAR" not in str(kind)]
    return names, relation.project(", ".join(f'"{name}"' for name in names)).limit(count).fetchall() if names else []


def _markdown(columns: list[str], rows: list[tuple[Any, ...]]) -> str:
    lines = [f"| {' | '.join(columns[:COLUMNS])} |", f"|{'---|' * len(columns[:COLUMNS])}"]
    lines += [f"| {' | '.join(map(cell_text, row[:COLUMNS]))} |" for row in rows]
    if len(columns) > COLUMNS:
        lines.append(f"\n另有 {len(columns) - COLUMNS} 列")
    return "\n".join(lines)


def cell_text(value: object) -> str:
    """A value in a cell of Markdown: short, on one line, never markup."""
    if value is None:
        return ""
    text = " ".join(str(value).split())
    text = text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+!|~" else sign for sign in text)
