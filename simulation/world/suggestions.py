"""How the suggestions of deputies are numbered, and how many fall into each half of a year."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_HALF_SHARE = 0.58


@dataclass(frozen=True)
class Halves:
    """How many suggestions of a level fall into each half of the year; their serial numbers follow the date."""

    first: int
    second: int


def halves(level_count: int, scale: int) -> Halves:
    """The split of a level's suggestions of a year."""
    first = int(level_count * FIRST_HALF_SHARE) * scale
    return Halves(first, level_count * scale - first)


def suggestion_no(year: int, level: str, serial: int) -> str:
    """The number of a suggestion: year, level, serial within the level by date."""
    return f"JY{year}-{level}-{serial:06d}"
