"""Which deductions a report tells of as problems: by business, the largest few; the rest stands in 附件1 alone."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dagster_project.reporting.reading.published import Row
from dagster_project.reporting.reading.published_year import PublishedYear
from dagster_project.reporting.report.binding import DocumentError
from dagster_project.reporting.report.vocabulary import parameter_of

POINTS, SHARE, AT_MOST = "problem_points_min", "problem_share_min_pct", "problems_at_most"
"""The parameters that decide: points lost, share of the points of the business, and how many are told."""


@dataclass(frozen=True)
class Business:
    """A line of business with what it lost.

    ``row`` is the row of the seed; ``indicators`` those that lost points; ``weight`` the points of all its indicators;
    ``must_be_told`` where a figure is below what is expected of it, whatever that costs.
    """

    row: Row
    indicators: tuple[Row, ...]
    weight: Decimal
    must_be_told: bool

    @property
    def name(self) -> str:
        """The name of the business."""
        return str(self.row["business"])

    @property
    def lost(self) -> Decimal:
        """The points that its indicators lost together."""
        return sum((row["weight"] - row["score"] for row in self.indicators), Decimal(0))


def deductions(year: PublishedYear) -> list[Row]:
    """The indicators that lost points and have their data whole."""
    return [
        row
        for row in year.scorecard.indicators
        if row["score"] is not None and row["score"] < row["weight"] and row["score_status"] in ("SCORED", "MANUAL")
    ]


def measure_of(year: PublishedYear, indicator: Row) -> Row:
    """What is done against a deduction, and to which business it belongs: by the indicator, else by its level-2 group.

    Raises:
        DocumentError: the seed has neither.
    """
    for level in ("level3", "level2"):
        for entry in year.measures:
            if (entry["level"], entry["name"]) == (level, indicator[level]):
                return entry
    raise DocumentError(
        f"dbt/seeds/evaluation_report_measures.csv 中没有“{indicator['level3']}”或“{indicator['level2']}”的改进措施,请补上一行"
    )


def businesses_of(year: PublishedYear) -> list[Business]:
    """Every business of the year with what it lost, in the order of the seed."""
    lost = deductions(year)
    found = []
    for row in year.businesses:
        mine = [one for one in year.scorecard.indicators if measure_of(year, one)["business"] == row["business"]]
        numbers = {one["indicator_no"] for one in mine}
        found.append(
            Business(
                row,
                tuple(one for one in lost if one["indicator_no"] in numbers),
                sum((one["weight"] for one in mine), Decimal(0)),
                _is_below(year, row),
            )
        )
    return found


def _is_below(year: PublishedYear, row: Row) -> bool:
    figure = year.figures.get(row["told_below_figure"] or "")
    if figure is None or figure["value"] is None:
        return False
    return bool(figure["value"] < parameter_of(year, row["told_below_parameter"]))


def problems_of(year: PublishedYear) -> list[Business]:
    """The businesses that are told as problems: those that must be first, then by points lost.

    Raises:
        DocumentError: a parameter or a measure is not in the seeds.
    """
    least, share, most = (parameter_of(year, name) for name in (POINTS, SHARE, AT_MOST))
    told = [
        one
        for one in businesses_of(year)
        if one.must_be_told
        or (one.lost > 0 and (one.lost >= least or (one.weight and 100 * one.lost / one.weight >= share)))
    ]
    told.sort(key=lambda one: (not one.must_be_told, -one.lost, one.row["order_no"]))
    return told[: int(most)]


def not_told(year: PublishedYear) -> list[Row]:
    """The indicators that lost points and belong to no problem that is told."""
    told = {row["indicator_no"] for one in problems_of(year) for row in one.indicators}
    return [row for row in deductions(year) if row["indicator_no"] not in told]
