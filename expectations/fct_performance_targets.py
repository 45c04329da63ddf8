"""Performance targets of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_performance_targets"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_performance_targets` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where returned_count < 0",
                severity="warning",
                notes="退回次数不为负",
            ),
        ],
    )
