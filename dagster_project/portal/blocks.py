"""What a page of the portal is made of: plain blocks that the template draws, and how a value of the version is written in a cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dagster_project.portal.disclosure import WITHHELD
from dagster_project.reporting.reading.published import plain_number
from dagster_project.reporting.reading.scorecard import percentage_text

NOTHING = "—"
"""What stands where the version has no value."""
NO_VALUE_ZH = "没有数值"
WITHHELD_SIGN = "＊"
WITHHELD_ZH = "人数或件数少,或可由其他数推算,不公开"
LONG = 26
"""From so many letters on a text gets room in its column."""
LEGEND_ZH = f"{NOTHING} {NO_VALUE_ZH};0 为实有的零;“不适用”“缺数据”“不可比”照写。"


@dataclass(frozen=True)
class Cell:
    """A cell: its text, where it leads, how it is aligned (``number`` or empty), its tone, and what it means in words."""

    text: str
    href: str = ""
    css: str = ""
    title: str = ""

    @property
    def classes(self) -> str:
        """Its classes in a table: a long text gets room."""
        if len(self.text) > LONG and "number" not in self.css and "hash" not in self.css:
            return f"{self.css} long".strip()
        return self.css


@dataclass(frozen=True)
class Column:
    """A column of a table: the key of its value, its header, and the kind by which values are written."""

    key: str
    label: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        """Whether its cells stand to the right."""
        return self.kind in ("money", "wan", "count", "pct", "points", "pp", "right")


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first column of a row is its header. ``note`` stands below it."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    is_filtered: bool = False
    kind: str = "table"


@dataclass(frozen=True)
class Chart:
    """A chart that the page's script draws, with the table of the same numbers beside it.

    ``form`` is bars, lying, lines or heat; ``series`` are dictionaries of name, values (None: no value), texts and tone.
    """

    name: str
    title: str
    form: str
    labels: Sequence[str]
    series: Sequence[dict[str, Any]]
    unit: str
    table: Table
    across: Sequence[str] = ()
    kind: str = "chart"

    @property
    def spec(self) -> dict[str, Any]:
        """What the script is told."""
        return {
            "form": self.form, "labels": list(self.labels), "series": list(self.series), "unit": self.unit,
            "across": list(self.across),
        }  # fmt: skip


@dataclass(frozen=True)
class Card:
    """A number in large print: its name, the number, a line below, where it leads, and its tone (good, bad or empty)."""

    label: str
    value: str
    note: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Cards:
    """Cards side by side."""

    cards: Sequence[Card]
    kind: str = "cards"


@dataclass(frozen=True)
class Heading:
    """A heading within a page, with the anchor that links lead to."""

    text: str
    anchor: str
    kind: str = "heading"


@dataclass(frozen=True)
class Text:
    """A paragraph; ``tone`` is empty, note, warning or code."""

    text: str
    tone: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Links:
    """Links in a line, each with its text."""

    links: Sequence[Cell]
    label: str = ""
    kind: str = "links"


@dataclass(frozen=True)
class Facts:
    """Names with their texts, such as the definition of a figure."""

    facts: Sequence[tuple[str, Cell]]
    kind: str = "facts"


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG that was made here, never from outside; ``label`` says what it shows."""

    label: str
    svg: str
    kind: str = "picture"


@dataclass(frozen=True)
class Page:
    """A page: its path below the folder of the site, title, line in English, blocks, and the entry of the menu it belongs to."""

    path: str
    title: str
    english: str
    blocks: Sequence[Any]
    menu: str
    trail: Sequence[Cell] = field(default=())

    @property
    def has_chart(self) -> bool:
        """Whether the page needs the script that draws charts."""
        return any(block.kind == "chart" for block in self.blocks)


def cell(value: Any, kind: str = "text", href: str = "") -> Cell:
    """A value as the report writes it.

    Args:
        value: of the version; `WITHHELD` where the public edition does not tell it, None where there is none.
        kind: money (yuan), wan (ten thousand yuan, of yuan), count, pct, points, pp (percentage points), date, flag, right (a text to the right) or text.
        href: where the cell leads.
    """
    css = "number" if Column("", "", kind).is_number else ""
    if value is WITHHELD:
        return Cell(WITHHELD_SIGN, "", f"{css} withheld".strip(), WITHHELD_ZH)
    if value is None or value == "":
        return Cell(NOTHING, "", f"{css} nothing".strip(), NO_VALUE_ZH)
    return Cell(written(value, kind), href, css)


def written(value: Any, kind: str) -> str:
    """A value that is there, in words of the report: rounded once, half up."""
    if kind == "money":
        return plain_number(value, 2)
    if kind == "wan":
        return plain_number(Decimal(value) / YUAN_PER_WAN, 2)
    if kind == "count":
        return plain_number(value)
    if kind == "pct":
        return percentage_text(Decimal(value))
    if kind == "points":
        return plain_number(value, 2)
    if kind == "pp":
        return f"{plain_number(value, 2)}"
    if kind == "flag":
        return "是" if value else "否"
    if kind == "date":
        return str(value)[:16] if isinstance(value, dt.datetime) else str(value)
    return str(value)


YUAN_PER_WAN = 10_000


def table_of(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
    note: str = "",
    links: dict[str, str] | None = None,
    is_filtered: bool = False,
) -> Table:
    """A table of rows by column name; ``links`` names the key of the link of a column, empty links are none."""
    found = links or {}
    return Table(
        caption,
        columns,
        [
            [cell(row[c.key], c.kind, row.get(found[c.key], "") if c.key in found else "") for c in columns]
            for row in rows
        ],
        note,
        is_filtered,
    )


def share(part: Any, whole: Any) -> Any:
    """A part in per cent of a whole; withheld where one of them is, None where there is no whole."""
    if part is WITHHELD or whole is WITHHELD:
        return WITHHELD
    if part is None or not whole:
        return None
    return Decimal(part) * 100 / Decimal(whole)


def number_for_chart(value: Any) -> float | None:
    """A value for a chart; None where there is none or it is not told."""
    return None if value is None or value is WITHHELD else float(value)
