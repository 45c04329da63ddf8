"""What the forms of monitoring offer to tick, and the signs that tick it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from dagster_project.in_year.measured import valid_rows

CHOICES, TICK_SIGNS = "monitoring_form_choices.csv", "monitoring_tick_signs.csv"


def form_choices(seeds_dir: Path, year: int) -> dict[str, tuple[str, ...]]:
    """The choices of the fields of forms that are ticked, in their order."""
    choices: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in sorted(valid_rows(seeds_dir / CHOICES, year), key=lambda row: int(row["choice_no"])):
        choices[row["field"]] += (row["choice_zh"],)
    return choices


def tick_signs(seeds_dir: Path, year: int) -> tuple[str, ...]:
    """The signs that stand before a choice that was ticked."""
    return tuple(row["sign"] for row in valid_rows(seeds_dir / TICK_SIGNS, year))
