"""The figures of the published 2023 report, and whether a figure of the warehouse agrees with one. All numbers are decimals."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal

from simulation.world.targets import PUBLISHED

REPORT_YEAR = 2023


@dataclass(frozen=True)
class ReportedFigure:
    """A figure as the report writes it; the true value lies in [low, high]."""

    text: str
    low: Decimal
    high: Decimal


def reported_figures() -> dict[str, ReportedFigure]:
    """The figures of the report by figure id."""
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        return {
            row["figure_id"]: ReportedFigure(row["report_text"], Decimal(row["low"]), Decimal(row["high"]))
            for row in csv.DictReader(stream)
        }


def agrees(reported: ReportedFigure, text: str | None, value: Decimal | None) -> bool:
    """Whether a figure of the warehouse is written as in the report and its value lies in the report's bounds.

    Raises:
        TypeError: if the value is no decimal. Binary fractions would agree with bounds that they only come near.
    """
    if value is None:
        return False
    if not isinstance(value, Decimal):
        raise TypeError(f"a figure must be a decimal, not {type(value).__name__}: {value}")
    return text == reported.text and reported.low <= value <= reported.high
