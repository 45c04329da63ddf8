"""Drawing of intervals in per cent as SVG: a line each with its name, its numbers, and a bar from low to high. Narrow enough for a telephone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dagster_project.portal.drawing import shortened

WIDTH, ROW, BAR, MARGIN, TOP, FOOT, BESIDE = 340, 36, 9, 8, 23, 26, 7
ROOM_OF_GOAL = 34
WIDEST = 520
"""How wide a picture becomes on a wide screen."""
LETTER_OF_NUMBERS = 7.0
HUNDRED = 100.0


@dataclass(frozen=True)
class Bar:
    """A line of the picture: its name and its numbers as text, low, middle and high in per cent, and what it was in the end (None: not known)."""

    name: str
    text: str
    low: float
    middle: float
    high: float
    actual: float | None = None


def draw_intervals(bars: Sequence[Bar], goal: float, label: str) -> Markup:
    """Draw the intervals, one below the other.

    Args:
        bars: from top to bottom; at least one.
        goal: in per cent, a line through all of them.
        label: what the picture shows, for who cannot see it.
    """
    numbers = [number for bar in bars for number in (bar.low, bar.high, bar.actual) if number is not None]
    low, high = math.floor(min(*numbers, goal) - 0.5), max(HUNDRED, math.ceil(max(numbers)))
    height = len(bars) * ROW + FOOT

    def x(value: float) -> float:
        return MARGIN + (value - low) / (high - low) * (WIDTH - 2 * MARGIN)

    parts = [
        Markup('<svg class="intervals" role="img" aria-label="{}" viewBox="0 0 {} {}" style="max-width:{}px">').format(
            label, WIDTH, height, WIDEST
        )
    ]
    for place, bar in enumerate(bars):
        parts += _bar(bar, goal, place * ROW + TOP, x)
    parts.append(
        Markup('<text class="axis" x="{}" y="{}">{}%</text><text class="axis" x="{:.1f}" y="{}" text-anchor="middle">目标 {:g}%</text>').format(
            MARGIN, height - 8, low, min(x(goal), WIDTH - ROOM_OF_GOAL), height - 8, goal
        )
    )  # fmt: skip
    return Markup("\n").join([*parts, Markup("</svg>")])


def _bar(bar: Bar, goal: float, top: float, x: Callable[[float], float]) -> list[Markup]:
    """A line of the picture: its texts, and below them the bar, whose upper edge is ``top``."""
    room = WIDTH - 3 * MARGIN - len(bar.text) * LETTER_OF_NUMBERS
    baseline, middle = top - BESIDE, top + BAR / 2
    parts = [
        Markup('<text x="{}" y="{}">{}</text><text class="numbers" x="{}" y="{}" text-anchor="end">{}</text>').format(
            MARGIN, baseline, shortened(bar.name, room), WIDTH - MARGIN, baseline, bar.text
        ),
        Markup('<rect class="track" x="{}" y="{}" width="{}" height="{}" rx="4"/>').format(
            MARGIN, top, WIDTH - 2 * MARGIN, BAR
        ),
        Markup('<rect class="band" x="{:.1f}" y="{}" width="{:.1f}" height="{}" rx="4"/>').format(
            x(bar.low), top, max(x(bar.high) - x(bar.low), 1.0), BAR
        ),
        Markup('<path class="goal" d="M{:.1f} {}V{}"/>').format(x(goal), top - BESIDE / 2, top + BAR + BESIDE / 2),
        Markup('<circle class="point" cx="{:.1f}" cy="{}" r="4"/>').format(x(bar.middle), middle),
    ]
    if bar.actual is not None:
        parts.append(
            Markup('<rect class="actual" x="{:.1f}" y="{}" width="6" height="6"/>').format(
                x(bar.actual) - 3, middle - 3
            )
        )
    return parts
