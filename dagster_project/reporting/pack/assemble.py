"""Puts the modules of `verifier` together into the one file ``verify.py`` that goes into every pack."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PROJECT = "dagster_project"
PARTS = (
    "report", "files", "numbers", "targets", "scoring", "scores", "tables", "projects", "clocks", "raw_files", "raw_columns", "raw_rows",
    "parquet", "signatures", "documents", "main",
)  # fmt: skip
"""The modules in an order in which each stands behind those that it needs; the last one says what the file is."""


@cache
def verifier_source() -> bytes:
    """The text of ``verify.py``.

    Raises:
        ValueError: two modules use one name, so that one would take the place of the other.
    """
    imports: set[str] = set()
    bodies: list[str] = []
    owners: dict[str, str] = {}
    for part in PARTS:
        text = (Path(__file__).parent / "verifier" / f"{part}.py").read_text(encoding="utf-8")
        lines, tree = text.splitlines(keepends=True), ast.parse(text)
        for node in tree.body:
            for name in _names(node):
                if owners.setdefault(name, part) != part:
                    raise ValueError(f"{name} stands in {owners[name]} and in {part}")
        left_out = [node for node in tree.body if _is_left_out(node)] + tree.body[:1]
        for node in left_out:
            if isinstance(node, ast.Import | ast.ImportFrom) and not _is_own(node):
                imports.add(ast.unparse(node))
            assert node.end_lineno
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
        bodies.append("".join(lines).strip())
    head = f'"""{ast.get_docstring(tree, clean=False)}"""\n\nfrom __future__ import annotations\n\n'
    return (head + "\n".join(sorted(imports)) + "\n\n\n" + "\n\n\n".join(bodies) + "\n").encode("utf-8")


def _names(node: ast.stmt) -> list[str]:
    """What a statement of a module names for the whole module."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        targets = [t for target in node.targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
        return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


def _is_left_out(node: ast.stmt) -> bool:
    """Imports, which stand at the top once, and what only a type checker reads."""
    is_for_types = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return is_for_types or isinstance(node, ast.Import | ast.ImportFrom)


def _is_own(node: ast.Import | ast.ImportFrom) -> bool:
    """An import of this project, or one of those that are written anew."""
    return isinstance(node, ast.ImportFrom) and (
        node.module == "__future__"
        or (node.module or "").startswith(PROJECT)
        or [a.name for a in node.names] == ["TYPE_CHECKING"]
    )
