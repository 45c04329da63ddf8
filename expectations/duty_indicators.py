"""The six duty indicators of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "evaluation.duty_indicators"


def suite() -> gx.ExpectationSuite:
    """What must hold before `evaluation.duty_indicators` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where value < 0",
                severity="critical",
                notes="完成值不为负",
            ),
        ],
    )
