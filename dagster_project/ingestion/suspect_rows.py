"""Which row alone explains why a printed total is off: what an accountant looks for first, tried on every row at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dagster_project.ingestion.units import UNIT_IN_YUAN

MOST_SUSPECTS = 3
"""Where more rows than that explain a difference, none of them is named: it is chance then."""
MOST_DIGITS = 17
STEPS = tuple(sorted({10, 100, 1_000, *(step for step in UNIT_IN_YUAN.values() if step > 1)}))
"""By how much a point, a nought or a unit that is wrong changes a number."""


@dataclass(frozen=True)
class Suspect:
    """A row that would make its total right, had it the amount ``meant``; amounts in hundredths."""

    row: int
    amount: float
    meant: float
    fault: str


def suspects(rows: np.ndarray, amounts: np.ndarray, difference: float, tolerance: float) -> list[Suspect]:
    """The rows of which each alone explains a difference, none where no row does or too many do.

    Args:
        rows: their numbers.
        amounts: what they hold, in hundredths; a fault of a row makes it so.
        difference: the total as printed less the sum of the amounts, in hundredths.
        tolerance: what a total may be away from its rows, in hundredths.
    """
    meant = amounts + difference
    allowed = max(tolerance, 0.5)
    found: dict[int, Suspect] = {}
    for fault, would_be in _slips(amounts):
        for place in np.flatnonzero((np.abs(would_be - meant) <= allowed) & (amounts != 0)):
            found.setdefault(int(place), Suspect(int(rows[place]), amounts[place], meant[place], fault))
    return [found[place] for place in sorted(found)] if len(found) <= MOST_SUSPECTS else []


def _slips(amounts: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """What each amount would be without one slip of the hand, with the slip in words."""
    yield "多计(重复或不属于本合计)", np.zeros_like(amounts)
    yield "正负号相反", -amounts
    for step in STEPS:
        yield f"像是原数的 {step:,} 倍(小数点、零或单位)", amounts / step
        yield f"像是原数的 {step:,} 分之一(小数点、零或单位)", amounts * step
    size, sign = np.abs(amounts), np.sign(amounts)
    for place in range(MOST_DIGITS - 1):
        low, high = np.floor(size / 10.0**place) % 10, np.floor(size / 10.0 ** (place + 1)) % 10
        swapped = size + (low - high) * 9 * 10.0**place
        yield "相邻两位颠倒", np.where(low == high, np.nan, sign * swapped)
