"""Components of the scoring schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.scheme_components"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.scheme_components` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.ExpectColumnValuesToNotBeNull(column="weight", severity="critical", notes="每个分项都有分值"),
        ],
    )
