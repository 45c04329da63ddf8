"""A page of the portal as a test sees it: its links, anchors, tables and elements, read by the parser of the standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

EMPTY = frozenset(("meta", "img", "br", "link", "hr", "input", "col", "path", "rect"))


@dataclass
class Parsed(HTMLParser):
    """What stands on a page. ``tables`` are by caption: a list of rows, the header first."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    text: str = ""
    scripts: str = ""
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._caption, self._cell, self._term = "", "", ""
        self._rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.elements.append((tag, named))
        if named.get("id"):
            assert named["id"] not in self.ids, f"twice on a page: {named['id']}"
            self.ids.add(named["id"])
        self.links += [named[name] for name in ("href", "src") if named.get(name)]
        if tag not in EMPTY:
            self.open.append(tag)
        if tag == "table":
            self._rows = []
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th", "caption", "dt", "dd"):
            self._cell = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        assert self.open.pop() == tag, tag
        if tag in ("td", "th"):
            self._rows[-1].append(self._cell)
        if tag == "caption":
            self._caption = self._cell
        if tag == "table":
            self.tables[self._caption] = self._rows
        if tag == "dt":
            self._term = self._cell
        if tag == "dd":
            self.facts[self._term] = self._cell

    def handle_data(self, data: str) -> None:
        self._cell += data
        if "script" in self.open:
            self.scripts += data
        else:
            self.text += data


def parsed(path: Path) -> Parsed:
    page = Parsed()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    assert not page.open, f"{path}: not closed: {page.open}"
    return page


def rows_by_name(page: Parsed, caption: str) -> dict[str, dict[str, str]]:
    """The rows of a table by their first cell, each by the header of its columns."""
    header, *rows = page.tables[caption]
    return {row[0]: dict(zip(header, row, strict=True)) for row in rows}
