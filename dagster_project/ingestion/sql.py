"""Small SQL spellings that generated queries share, and how their rows are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def literal(text: str) -> str:
    """A text as an SQL literal. NUL, which ends a query and which odd workbooks have in sheet names, is left out."""
    return "'" + text.replace("'", "''").replace("\0", "") + "'"


def literals(texts: Iterable[str]) -> str:
    """Texts as a comma-separated list of SQL literals."""
    return ", ".join(literal(text) for text in texts)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def named_rows(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of a query that was executed, by column name."""
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
