"""Drawing of layered pictures as SVG: boxes in columns, lines between them, each box a link. Knows nothing of ledgers and figures."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

BOX_WIDTH, BOX_HEIGHT, ROW, COLUMN = 186, 24, 31, 240
TOP, MARGIN, TEXT_IN = 34, 8, 9
LETTER, WIDE_LETTER = 6.6, 12.4
SWEEPS = 4
SMALLEST = 0.8
"""How far a picture shrinks to fit its page before it is moved sideways."""


@dataclass(frozen=True)
class Box:
    """A box: its name, which column it stands in, its text, where it leads, and the anchor that links to it name, and how it looks."""

    name: str
    column: int
    text: str
    href: str = ""
    anchor: str = ""
    css: str = ""


def draw(boxes: Sequence[Box], lines: Sequence[tuple[str, str]], heads: Sequence[str], label: str, up: str) -> Markup:
    """Draw boxes and the lines between them.

    Args:
        boxes: in the order in which they are listed; lines move them within their column.
        lines: from which box to which, by name, from left to right.
        heads: what stands above each column.
        label: what the picture shows, for who cannot see it.
        up: what leads from the page to the folder of the site.
    """
    used = sorted({box.column for box in boxes})
    boxes = [replace(box, column=used.index(box.column)) for box in boxes]
    heads = [heads[column] for column in used]
    places = _places(boxes, lines)
    width = MARGIN * 2 + COLUMN * (len(heads) - 1) + BOX_WIDTH
    tallest = max((row for _, row in places.values()), default=0.0) + 1
    height = round(TOP + tallest * ROW + MARGIN)
    parts = [
        Markup('<svg class="lineage" role="group" aria-label="{}" viewBox="0 0 {} {}" style="max-width:{}px;min-width:{}px">').format(
            label, width, height, width, round(width * SMALLEST)
        )
    ]  # fmt: skip
    for column, head in enumerate(heads):
        parts.append(Markup('<text class="head" x="{}" y="20">{}</text>').format(MARGIN + column * COLUMN, head))
    for start, end in lines:
        if start in places and end in places:
            parts.append(_line(start, end, places))
    parts += [_box(box, places[box.name], up) for box in boxes]
    return Markup("\n").join([*parts, Markup("</svg>")])


def _places(boxes: Sequence[Box], lines: Sequence[tuple[str, str]]) -> dict[str, tuple[int, float]]:
    """Column and row of each box; boxes stand near those that they are joined with, so that few lines cross."""
    columns: dict[int, list[str]] = {}
    for box in boxes:
        columns.setdefault(box.column, []).append(box.name)
    of = {box.name: box.column for box in boxes}
    near: dict[str, list[str]] = {box.name: [] for box in boxes}
    for start, end in lines:
        if start in of and end in of:
            near[start].append(end)
            near[end].append(start)
    tallest = max(map(len, columns.values()), default=0)
    rows = {name: _row(place, len(names), tallest) for names in columns.values() for place, name in enumerate(names)}
    for sweep in range(SWEEPS):
        for column in sorted(columns, reverse=bool(sweep % 2)):
            names = columns[column]
            middle = {n: sum(rows[o] for o in near[n]) / len(near[n]) if near[n] else rows[n] for n in names}
            names.sort(key=lambda n: (middle[n], n))
            rows |= {name: _row(place, len(names), tallest) for place, name in enumerate(names)}
    for _ in range(2):
        for names in columns.values():
            if len(names) < tallest:
                rows |= _beside(names, near, rows, tallest)
    return {name: (of[name], row) for name, row in rows.items()}


def _beside(names: Sequence[str], near: dict[str, list[str]], rows: dict[str, float], tallest: int) -> dict[str, float]:
    """The rows of a short column: each box as near to what it is joined with as the boxes above and below let it."""
    wanted = [sum(rows[o] for o in near[n]) / len(near[n]) if near[n] else rows[n] for n in names]
    found: list[float] = []
    for row in wanted:
        found.append(max(row, found[-1] + 1) if found else max(row, 0.0))
    below = float(tallest - 1)
    for place in range(len(found) - 1, -1, -1):
        found[place] = min(found[place], below)
        below = found[place] - 1
    return dict(zip(names, found, strict=True))


def _row(place: int, count: int, tallest: int) -> float:
    """The row of a box, so that columns stand in the middle of each other, and a short one spreads a little."""
    step = 1.0 if count * 2 > tallest else 1.6
    return (tallest - 1 - (count - 1) * step) / 2 + place * step


def _line(start: str, end: str, places: dict[str, tuple[int, float]]) -> Markup:
    (column, row), (to_column, to_row) = places[start], places[end]
    x1, y1 = MARGIN + column * COLUMN + BOX_WIDTH, TOP + row * ROW + BOX_HEIGHT / 2
    x2, y2 = MARGIN + to_column * COLUMN, TOP + to_row * ROW + BOX_HEIGHT / 2
    bend = (COLUMN - BOX_WIDTH) * 0.6
    path = f"M{x1:.0f} {y1:.1f}C{x1 + bend:.0f} {y1:.1f} {x2 - bend:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"
    return Markup('<path d="{}" data-from="{}" data-to="{}"/>').format(path, start, end)


def _box(box: Box, place: tuple[int, float], up: str) -> Markup:
    column, row = place
    x, y = MARGIN + column * COLUMN, TOP + row * ROW
    inner = Markup('<title>{}</title><rect x="{}" y="{:.1f}" width="{}" height="{}" rx="4"/><text x="{}" y="{:.1f}">{}</text>').format(
        box.text, x, y, BOX_WIDTH, BOX_HEIGHT, x + TEXT_IN, y + 16.5, shortened(box.text, BOX_WIDTH - 2 * TEXT_IN)
    )  # fmt: skip
    anchor = Markup(' id="{}"').format(box.anchor) if box.anchor else Markup("")
    if box.href:
        return Markup('<a class="box {}"{} href="{}" data-name="{}">{}</a>').format(
            box.css, anchor, up + box.href, box.name, inner
        )
    return Markup('<g class="box {}"{} data-name="{}">{}</g>').format(box.css, anchor, box.name, inner)


def shortened(text: str, width: float) -> str:
    """A text cut so that it is no wider than a box, in units of the picture."""
    used = 0.0
    for place, letter in enumerate(text):
        used += WIDE_LETTER if unicodedata.east_asian_width(letter) in "WF" else LETTER
        if used > width:
            return str(text[: max(place - 1, 1)]) + "…"
    return text
