"""Small SQL spellings that the generated landing queries share."""

from __future__ import annotations

from collections.abc import Iterable


def literal(text: str) -> str:
    """A text as an SQL literal. NUL, which ends a query and which odd workbooks have in sheet names, is left out."""
    return "'" + text.replace("'", "''").replace("\0", "") + "'"


def literals(texts: Iterable[str]) -> str:
    """Texts as a comma-separated list of SQL literals."""
    return ", ".join(literal(text) for text in texts)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
