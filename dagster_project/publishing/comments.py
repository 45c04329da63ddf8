"""What the published database says of itself: BI tools show comments on tables and columns as their descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dagster_project.ingestion.sql import literal, quoted


@dataclass(frozen=True)
class TableComment:
    """Texts of a table and of its columns by name, Chinese first."""

    text: str
    columns: Mapping[str, str]


def comments_of(nodes: Iterable[Mapping[str, Any]]) -> dict[str, TableComment]:
    """The comments of all tables by ``schema/table``: what their property files say, with the key that tells rows apart.

    Args:
        nodes: of dbt's manifest, and what is described as they are.
    """
    found = {}
    for node in nodes:
        if node["resource_type"] in ("model", "seed") and node["description"]:
            key = (node["config"].get("meta") or {}).get("key")
            text = node["description"].strip() + (f"\n主键 / Key: {', '.join(key)}" if key else "")
            columns = {name: column["description"].strip() for name, column in node["columns"].items()}
            found[f"{node['schema']}/{node['name']}"] = TableComment(text, columns)
    return found


def comment_statements(database: str, table: str, columns: list[str], comment: TableComment) -> Iterator[str]:
    """The statements that give a table (``schema/table``) of an attached database its comments; columns without a text get none."""
    schema, name = table.split("/")
    place = f"{database}.{quoted(schema)}.{quoted(name)}"
    yield f"comment on table {place} is {literal(comment.text)}"
    for column in columns:
        if text := comment.columns.get(column):
            yield f"comment on column {place}.{quoted(column)} is {literal(text)}"
