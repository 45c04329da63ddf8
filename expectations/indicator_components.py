"""Components of the indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.indicator_components"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.indicator_components` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where points not between 0 and weight",
                severity="critical",
                notes="分项得分在 0 与分值之间",
            ),
        ],
    )
