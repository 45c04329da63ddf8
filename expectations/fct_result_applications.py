"""Use of performance results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import great_expectations as gx

TABLE = "marts.fct_result_applications"


def suite() -> gx.ExpectationSuite:
    """What must hold before `marts.fct_result_applications` is published."""
    import great_expectations as gx

    expect = gx.expectations
    return gx.ExpectationSuite(
        name=TABLE,
        expectations=[
            expect.UnexpectedRowsExpectation(
                unexpected_rows_query="select * from {batch} where rectified_on is not null and not is_rectification_required",
                severity="warning",
                notes="不需整改的不会有整改日期",
            ),
        ],
    )
