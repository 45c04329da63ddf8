"""What is known of other years: `world/other_years.csv`, with where each number comes from; what was not published is assumed and says so."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

TRUTH = Path(__file__).parents[1] / "world" / "other_years.csv"
NOT_PUBLISHED = 20
"""Suggestions that were put forward and not assigned, and opinions that were not solved: beside what is counted, as in every year."""


def truths(only_published: bool = False) -> dict[int, dict[str, int]]:
    """The numbers of each year by figure."""
    found: dict[int, dict[str, int]] = {}
    with TRUTH.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["is_published"] == "true" or not only_published:
                found.setdefault(int(row["year"]), {})[row["figure_id"]] = int(row["value"])
    return found


def counted(truth: Mapping[str, int], *figures: str) -> bool:
    """Whether the year says anything of one of these figures."""
    return any(figure in truth for figure in figures)
