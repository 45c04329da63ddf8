"""Numbers as a pack writes them, and how they are cut and rounded."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Row = dict[str, str]
    Table = list[Row]
    Number = Fraction | None


def number(text: str | None) -> Number:
    """A decimal as it is written; None where there is none."""
    return Fraction(text) if text else None


def cut(value: Fraction, places: int) -> Fraction:
    """A number cut, not rounded, after some places."""
    scaled = value * 10**places
    whole = abs(scaled.numerator) // scaled.denominator
    return Fraction(whole if scaled >= 0 else -whole, 10**places)


def rounded(value: Fraction) -> Decimal:
    """Points rounded half up, once, to two places."""
    cents = abs(value) * 100
    whole = (2 * cents.numerator + cents.denominator) // (2 * cents.denominator)
    return (Decimal(whole) / 100 * (1 if value >= 0 else -1)).quantize(Decimal("0.01"), ROUND_HALF_UP)
