"""A few rows of a published table as Markdown: from a version only, so that nothing is shown that readers may not see."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.publishing import FREE_TEXT, PublishedVersion
from dagster_project.publishing.proof import read_manifest

ROWS, COLUMNS, LETTERS = 5, 8, 24
"""What fits on a page: rows, columns, and characters of a cell."""


def previews(version: PublishedVersion) -> dict[str, str]:
    """The first rows of every table of a version by ``schema.name``.

    Where free texts of the version are not masked, texts are not shown at all: pages of the UI have more readers than the tables.
    """
    is_masked = read_manifest(version.path).get(FREE_TEXT) == "masked"
    found = {}
    with duckdb.connect(config={"threads": 1}) as connection:
        for name in version.tables:
            found[name.replace("/", ".")] = _preview(connection, version.path / f"{name}.parquet", is_masked=is_masked)
    return found


def _preview(connection: duckdb.DuckDBPyConnection, path: Path, *, is_masked: bool) -> str:
    relation = connection.read_parquet(str(path))
    names = [
        name
        for name, kind in zip(relation.columns, relation.types, strict=True)
        if is_masked or "VARCHAR" not in str(kind)
    ]
    shown = names[:COLUMNS]
    if not shown:
        return ""
    columns = ", ".join(f'"{name}"' for name in shown)
    rows = relation.project(columns).limit(ROWS).fetchall()
    lines = [f"| {' | '.join(shown)} |", f"|{'---|' * len(shown)}"]
    lines += [f"| {' | '.join(map(cell_text, row))} |" for row in rows]
    if len(relation.columns) > len(shown):
        lines.append(f"\n另有 {len(relation.columns) - len(shown)} 列")
    return "\n".join(lines)


def cell_text(value: object) -> str:
    """A value in a cell of Markdown: short, on one line, never markup."""
    if value is None:
        return ""
    text = " ".join(str(value).split())
    text = text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+!|~" else sign for sign in text)
