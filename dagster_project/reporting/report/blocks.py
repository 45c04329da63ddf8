"""What a report consists of before it is poured into a document: blocks of bound sentences, and the edition that they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dagster_project.reporting.report.binding import Sentence

BLOCK_KINDS = (
    "mark", "heading", "title", "note", "h1", "h2", "annex", "item", "point", "p", "signature", "dated", "chart",
    "table", "footnote",
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, a footnote, a chart or a table of the report.

    ``sentences`` are printed one after another (of a chart or table: its caption); ``head`` and ``rows`` are the cells of
    a table; ``name`` is the name of a chart or table. A footnote belongs to the block before it.
    """

    kind: str
    sentences: tuple[Sentence, ...]
    head: tuple[Sentence, ...] = ()
    rows: tuple[tuple[Sentence, ...], ...] = ()
    name: str = ""

    @property
    def text(self) -> str:
        """What is printed; of a table, its caption."""
        return "".join(sentence.text for sentence in self.sentences)

    def all_sentences(self) -> Iterator[Sentence]:
        """The sentences and, of a table, the cells."""
        yield from self.sentences
        yield from self.head
        for row in self.rows:
            yield from row


@dataclass(frozen=True)
class Edition:
    """A report as its blocks, the figures that it names but that the year lacks or has in part, and how its derived numbers are made.

    ``derived`` holds rules of numbers that are made of figures, by key; ``sums`` those that are made of scores. ``unwritten`` names
    the passages that the department has not written into ``passages_file``, each with whether a report needs it.
    """

    name: str
    is_draft: bool
    blocks: tuple[Block, ...]
    missing: tuple[str, ...]
    derived: dict[str, dict[str, Any]] = field(default_factory=dict)
    sums: dict[str, dict[str, str]] = field(default_factory=dict)
    unwritten: dict[str, bool] = field(default_factory=dict)
    passages_file: str = ""

    @property
    def title(self) -> str:
        """The title of the report, on one line."""
        return "".join(block.text for block in self.blocks if block.kind == "title")

    def sentences(self) -> list[Sentence]:
        """Every sentence and table cell with its tokens, in the order of the document."""
        return [sentence for block in self.blocks for sentence in block.all_sentences()]

    @property
    def text(self) -> str:
        """The whole text, a line per block and per row of a table."""
        lines = []
        for block in self.blocks:
            lines.append(block.text)
            lines += ["\t".join(cell.text for cell in row) for row in (block.head, *block.rows) if row]
        return "\n".join(lines)
