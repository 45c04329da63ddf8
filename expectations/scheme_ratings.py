"""Ratings of the scoring schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.scheme_ratings"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.scheme_ratings` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="low", severity="critical", notes="每个等级都有下限"),
        ],
    )
